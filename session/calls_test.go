package session

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/session/handler"
)

// handle registers callbacks.
func handle(t *testing.T, s *Session, handlers ...handler.Handler) {
	t.Helper()
	for _, h := range handlers {
		if err := s.Handle(h); err != nil {
			t.Fatal(err)
		}
	}
}

// Row 39: 300 stanzas, three callbacks, and the callback of a request that ends in the middle.
// Nothing here has a lock.
func TestCallbacksOfASessionAreCalledInTheOrderOfTheWire(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		var called, want []string
		for _, name := range []string{"one", "two", "three"} {
			handle(t, s, handler.Callback(name, handler.MustPath("*@dir=in"), func(e handler.Event) { called = append(called, name+" "+e.Stanza.ID()) }))
		}
		request := xmpptest.Get(t)
		if _, err := s.SendCallback(request, func(Exchange) { called = append(called, "reply") }); err != nil {
			t.Fatal(err)
		}
		p.Hears()
		for i := range 300 {
			id := fmt.Sprint(i)
			if i == 150 {
				id = request.ID()
				p.Says(result(id))
				want = append(want, "reply")
			} else {
				p.Says(fmt.Sprintf(`<message id="%s"/>`, id))
			}
			want = append(want, "one "+id, "two "+id, "three "+id)
		}
		synctest.Wait()
		if diff := cmp.Diff(want, called); diff != "" {
			t.Errorf("called (-want +got):\n%s", diff)
		}
	})
}

// A callback that asks something and waits for the reply gets it, whether it is a handler's or a
// request's; meanwhile the others are called.
func TestACallbackMaySendAndWait(t *testing.T) {
	for name, register := range map[string]func(*testing.T, *Session, *xmpptest.Peer, func()){
		"of a handler": func(t *testing.T, s *Session, p *xmpptest.Peer, ask func()) {
			handle(t, s, handler.Callback("asks", handler.MustPath("message@id=ask"), func(handler.Event) { ask() }))
			p.Says(`<message id="ask"/>`)
		},
		"of a request": func(t *testing.T, s *Session, p *xmpptest.Peer, ask func()) {
			if _, err := s.SendCallback(xmpptest.Get(t), func(Exchange) { ask() }); err != nil {
				t.Fatal(err)
			}
			p.Says(result(p.Hears().ID()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				done := make(chan error, 1)
				others := make(chan string, 10)
				register(t, s, p, func() {
					_, err := s.Send(t.Context(), xmpptest.Get(t), NoTimeout())
					done <- err
				})
				handle(t, s, handler.Callback("other", handler.MustPath("message@id=other"), func(e handler.Event) { others <- e.Stanza.ID() }))
				question := p.Hears()
				p.Says(`<message id="other"/>`)
				time.Sleep(handler.Patience)
				synctest.Wait()
				if len(others) != 1 {
					t.Error("the other callback waits for the one that asks")
				}
				p.Says(result(question.ID()))
				synctest.Wait()
				select {
				case err := <-done:
					if err != nil {
						t.Error(err)
					}
				default:
					t.Error("it does not get its reply")
				}
			})
		})
	}
}
