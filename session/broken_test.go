package session

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/journal"
	"iqscope/session/wire"
)

// Fault 15, and every other way for a stream to break: the log has what arrived, observers see it,
// and whoever waits is told of it; but it is judged, filtered, counted and answered by nobody.
func TestWhatIsBrokenIsLoggedAndObservedAndNothingElse(t *testing.T) {
	const request = "<iq type='get' id='{id}' from='romeo@example.net/x'><q xmlns='u'/>"
	for name, broken := range map[string]string{
		"a comment":              request + "<!-- x --></iq>",
		"text between stanzas":   "busy",
		"a stream in the stream": "<stream:stream xmlns='jabber:client' id='s2'>",
		"the stream's end tag":   request + "</stream:stream>",
		"a hang-up":              request,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Config{})
				p, far := connectDeaf(t, s)
				_ = p
				var seen []handler.Event
				filtered := 0
				err := errors.Join(
					s.Handle(handler.Callback("all", nil, func(e handler.Event) { seen = append(seen, e) })),
					s.Handle(handler.Filter("filter", nil, func(e handler.Event) *stanza.Stanza { filtered++; return e.Stanza })))
				if err != nil {
					t.Fatal(err)
				}
				go io.Copy(io.Discard, far)
				r := start(t, s, xmpptest.Get(t), NoTimeout())
				synctest.Wait()
				filtered = 0
				xml := strings.ReplaceAll(broken, "{id}", r.Exchange().Stanza.ID())
				io.WriteString(far, xml)
				synctest.Wait()
				far.Close()
				synctest.Wait()

				var entry journal.Entry
				for _, e := range s.Journal().Window(nil, 1, 1000) {
					if e.Stanza != nil && e.Stanza.Kind() == stanza.Broken {
						entry = e
					}
				}
				if entry.Stanza == nil || entry.Stanza.XML() != xml || entry.Dir != stanza.In || entry.Verdict != "" {
					t.Fatalf("the log has %+v", entry)
				}
				observed := 0
				for _, e := range seen {
					if e.Seq == entry.Seq && e.Stanza == entry.Stanza {
						observed++
					}
				}
				if observed != 1 || filtered != 0 || len(s.Incoming(nil)) != 0 {
					t.Errorf("observed %d times, filtered %d times, asked %d times", observed, filtered, len(s.Incoming(nil)))
				}
				var why *wire.BrokenError
				if v := r.Exchange(); v.Outcome != stanza.OutcomeUnknown || !errors.As(v.Err, &why) || why.Element != entry.Stanza {
					t.Errorf("the request ended as %q: %v", v.Outcome, v.Err)
				}
				if st := s.Status(); st.State != Lost || !errors.As(st.Loss, &why) {
					t.Errorf("the session is %s: %v", st.State, st.Loss)
				}
			})
		})
	}
}
