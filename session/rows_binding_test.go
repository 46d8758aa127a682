package session_test

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"iqscope/internal/realserver"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
)

var (
	boundBy  = regexp.MustCompile(`<iq [^>]*><bind`)
	idOf     = regexp.MustCompile(` id=(['"])`)
	fromWhom = regexp.MustCompile(` from=('[^']*'|"[^"]*")`)
)

// Row 25: before binding there is no address that could be compared, and the id alone decides. The
// servers' own answers to it are changed on their way.
func TestBeforeBindingTheIDAloneDecides(t *testing.T) {
	for name, row := range map[string]struct {
		change func(answer []byte) []byte
		bound  bool
	}{
		"as it was": {func(answer []byte) []byte { return answer }, true},
		"from a stranger": {func(answer []byte) []byte {
			return bytes.Replace(fromWhom.ReplaceAll(answer, nil), []byte("<iq "), []byte("<iq from='mallory@evil.example/x' "), 1)
		}, true},
		"of another id": {func(answer []byte) []byte { return idOf.ReplaceAll(answer, []byte(" id=${1}not-")) }, false},
	} {
		t.Run("row 25: "+name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, server *realserver.Server) {
				var changed atomic.Int64 // by the relay
				addr := server.Relay(t, func(piece []byte) []byte {
					return boundBy.ReplaceAllFunc(piece, func(answer []byte) []byte {
						changed.Add(1)
						return row.change(answer)
					})
				})
				a := realAccount(t, server)
				a.Server, a.TLS, a.Mechanism = addr, negotiate.TLSDirect, "PLAIN"
				s := session.New(session.Config{Negotiate: a.Config})
				ctx, cancel := context.WithTimeout(t.Context(), soon)
				defer cancel()
				err := s.Connect(ctx)
				defer s.Close(ctx)
				var failed *negotiate.Error
				switch {
				case row.bound && (err != nil || s.Status().JID.Bare().String() != "alice@localhost" || s.Status().JID.IsBare()):
					t.Errorf("as %s: %v", s.Status().JID, err)
				case row.bound:
				case !errors.As(err, &failed) || failed.Step != negotiate.StepBind || !strings.Contains(err.Error(), "instead of the reply"):
					t.Errorf("Connect = %v", err)
				}
				s.Close(ctx)
				if n := changed.Load(); n != 1 {
					t.Errorf("%d answers to a binding have passed", n)
				}
				// Whatever it came to, the log shows the answer.
				if _, ok := find(s, func(e journal.Entry) bool { return strings.Contains(e.Stanza.XML(), "<jid") }); !ok {
					t.Error("the log does not show it")
				}
			})
		})
	}
}
