package session_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"iqscope/internal/realserver"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
)

func TestDialAsksInTwoCalls(t *testing.T) {
	server, err := demo.Start(t.Context(), demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	s, err := session.Dial(t.Context(), "Juliet@demo.localhost/balcony", demo.Password,
		session.WithServer(server.Addr()), session.WithRootCAs(server.RootCAs()),
		func(c *session.Config) { c.ResponseTimeout = time.Minute })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.Background())
	if st := s.Status(); st.JID.String() != "juliet@demo.localhost/balcony" || st.Timeout != time.Minute {
		t.Errorf("it is online as %s, with a timeout of %v", st.JID, st.Timeout)
	}
	reply, err := s.Get(t.Context(), iqbuilder.WithQuery(stanza.NSDiscoInfo), iqbuilder.To("demo.localhost"))
	if err != nil || reply.Payload().Space != stanza.NSDiscoInfo {
		t.Errorf("the server says %s, %v", reply, err)
	}
	if reply, err = s.Set(t.Context(), iqbuilder.WithQuery("u"), iqbuilder.To("echo@bots.demo.localhost")); err != nil || reply.Payload().Space != "u" {
		t.Errorf("the bot says %s, %v", reply, err)
	}
	var broken *session.RuleError
	if _, err := s.Get(t.Context()); !errors.As(err, &broken) || errors.Is(err, session.ErrXMPP) {
		t.Errorf("a get that asks nothing: %v", err)
	}
	var refused *session.IQError
	reply, err = s.Get(t.Context(), iqbuilder.WithQuery("u"), iqbuilder.To("error-gone@bots.demo.localhost"))
	if !errors.As(err, &refused) || !errors.Is(err, session.ErrXMPP) || !errors.Is(err, stanza.Gone) || reply != nil {
		t.Errorf("a refusal: %v, %v", reply, err)
	}
}

func TestDialLeavesNothingBehindWhenItFails(t *testing.T) {
	server, err := demo.Start(t.Context(), demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	dial := func(ctx context.Context, jid, password string) error {
		s, err := session.Dial(ctx, jid, password, session.WithServer(server.Addr()), session.WithRootCAs(server.RootCAs()),
			func(c *session.Config) { c.Reconnect = true })
		if s != nil {
			t.Errorf("%s has a session", jid)
		}
		return err
	}
	var noAddress *session.JIDError
	if err := dial(t.Context(), "juliet@", "x"); !errors.As(err, &noAddress) {
		t.Errorf("no address: %v", err)
	}
	var refused *session.AuthError
	var failed *session.ConnectError
	if err := dial(t.Context(), "juliet@demo.localhost", "wrong"); !errors.As(err, &refused) || !errors.As(err, &failed) {
		t.Errorf("a wrong password: %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := dial(ended, "juliet@demo.localhost", demo.Password); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
}

func TestAComponentAsksInItsOwnNamespace(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		c := asComponent(t, server)
		reply, err := c.Get(t.Context(), iqbuilder.WithQuery(stanza.NSDiscoInfo), iqbuilder.To("localhost"))
		if err != nil || reply.To() != server.ComponentHost {
			t.Errorf("the server says %s, %v", reply, err)
		}
		own := "bot@" + server.ComponentHost
		if reply, err = c.Get(t.Context(), iqbuilder.WithQuery(stanza.NSDiscoInfo), iqbuilder.To("localhost"), iqbuilder.From(own)); err != nil || reply.To() != own {
			t.Errorf("to its bot it says %s, %v", reply, err)
		}
	})
}
