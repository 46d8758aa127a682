package e2e

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"net"
	"strings"
	"sync"
	"testing"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// What the chapter on components calls its server, its domain and its secret.
const (
	componentAddr   = "127.0.0.1:5347"
	componentDomain = "bot.localhost"
	componentSecret = "s3cret"
)

// hostComponents starts a small server for components (XEP-0114), which does what Prosody does: it
// hands on what is for the component's domain, and answers pings itself.
func hostComponents(t *testing.T) (addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() { (&componentHost{t, wire.New(conn, wire.Config{})}).serve() })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		served.Wait() // the commands have ended, and so have their connections
	})
	return listener.Addr().String()
}

type componentHost struct {
	t    *testing.T
	conn *wire.Conn
}

// serve is for as long as one component is connected.
func (h *componentHost) serve() {
	ctx := context.Background()
	defer h.conn.CloseNow()
	h.conn.Restart()
	if _, err := h.conn.Next(ctx); err != nil {
		return
	}
	err := h.conn.Open(wire.Header{ID: "s1", From: h.conn.Peer().To, Content: stanza.NSComponent, NoVersion: true})
	if err != nil {
		return
	}
	said, err := h.conn.Next(ctx)
	digest := sha1.Sum([]byte("s1" + componentSecret))
	switch {
	case err != nil:
		return
	case !strings.Contains(said.XML(), hex.EncodeToString(digest[:])):
		h.says("<stream:error xmlns:stream='" + stanza.NSStream + "'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
		h.conn.Close(ctx)
		return
	}
	h.says("<handshake/>")
	for {
		st, err := h.conn.Next(ctx)
		if err != nil {
			h.conn.Close(ctx)
			return
		}
		h.route(st)
	}
}

func (h *componentHost) route(st *stanza.Stanza) {
	to, err := stanza.ParseJID(st.To())
	switch {
	case err == nil && to.Domain() == componentDomain:
		h.sends(st, nil)
	case st.Kind() != stanza.IQ || st.Type() != stanza.Get && st.Type() != stanza.Set:
	case st.Payload().Space == "urn:xmpp:ping":
		h.sends(iqbuilder.Result(iqbuilder.InReplyTo(st)))
	default:
		h.sends(iqbuilder.Error(iqbuilder.InReplyTo(st), iqbuilder.WithError(stanza.StanzaError{Type: "cancel", Condition: "service-unavailable"})))
	}
}

func (h *componentHost) says(xml string) { h.sends(h.conn.Element(xml)) }

func (h *componentHost) sends(st *stanza.Stanza, err error) {
	if err != nil {
		h.t.Errorf("the server's own XML is wrong: %v", err)
		return
	}
	_, _ = h.conn.Send(context.Background(), st) // the component may be gone
}
