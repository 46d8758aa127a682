package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
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
		if _, _, err := s.SendCallback(request, func(Exchange) { called = append(called, "reply") }); err != nil {
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
			if _, _, err := s.SendCallback(xmpptest.Get(t), func(Exchange) { ask() }); err != nil {
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

// replies answers a request through the public door.
func replies(t *testing.T, s *Session, e handler.Event) error {
	reply, err := iqbuilder.Result(iqbuilder.InReplyTo(e.Stanza))
	if err != nil {
		t.Error(err)
		return err
	}
	_, err = s.SendStanza(reply)
	return err
}

// What a callback has sent before it returns is the answer, whoever else would have had one.
func TestACallbackThatRepliesBeforeItReturnsHasAnswered(t *testing.T) {
	for name, make := range map[string]func(string, handler.Matcher, func(handler.Event)) handler.Handler{
		"a callback": handler.Callback, "once": handler.Once,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				handle(t, s, handler.Responder("responder", handler.MustPath("iq/{u}q"), func(context.Context, handler.Event) (handler.Answer, error) {
					t.Error("a responder is asked all the same")
					return handler.Pass(), nil
				}))
				for i := range 100 {
					handle(t, s, make("replies", handler.MustPath("iq@dir=in@type=get"), func(e handler.Event) {
						time.Sleep(handler.Patience / 2)
						if err := replies(t, s, e); err != nil {
							t.Error(err)
						}
					}))
					id := fmt.Sprint(i)
					p.Says([]string{
						asks(id),
						`<iq type="get" id="` + id + `" from="` + romeo + `"><ping xmlns="urn:xmpp:ping"/></iq>`,
						`<iq type="get" id="` + id + `" from="` + romeo + `"/>`, // which is nobody's to answer
					}[i%3])
					time.Sleep(handler.Patience)
					if got := p.Hears(); got.Type() != stanza.Result || got.ID() != id {
						t.Fatalf("the answer is %s", got.XML())
					}
					p.HearsNothing()
					s.Remove("replies")
				}
			})
		})
	}
}

// One that took too long is told that it came too late, and what to use.
func TestACallbackThatRepliesTooLateIsToldOfResponders(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		refused := make(chan error, 1)
		handle(t, s, handler.Callback("late", handler.MustPath("iq@dir=in@type=get"), func(e handler.Event) {
			time.Sleep(handler.Patience + time.Second)
			refused <- replies(t, s, e)
		}))
		p.Says(asks("a"))
		time.Sleep(handler.Patience)
		if got := p.Hears(); got.Err() == nil || got.Err().Condition != "service-unavailable" {
			t.Errorf("the answer is %s", got.XML())
		}
		if err := <-refused; !errors.Is(err, ErrAnswered) || !strings.Contains(err.Error(), "handler.Responder") {
			t.Errorf("the late one is told: %v", err)
		}
		p.HearsNothing()
	})
}

// Row 41: of two requests, the first is answered, by a callback or a responder that is there once;
// the second is nobody's.
func TestOnceAnswersTheFirstOfTwo(t *testing.T) {
	for name, h := range map[string]func(*testing.T, *Session) handler.Handler{
		"a callback": func(t *testing.T, s *Session) handler.Handler {
			return handler.Once("once", handler.MustPath("iq/{u}q"), func(e handler.Event) {
				if err := replies(t, s, e); err != nil {
					t.Error(err)
				}
			})
		},
		"a responder": func(*testing.T, *Session) handler.Handler {
			return handler.Responder("once", handler.MustPath("iq/{u}q"), func(_ context.Context, e handler.Event) (handler.Answer, error) { return resultOf(e) }).Once()
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				handle(t, s, h(t, s))
				for _, want := range []stanza.Type{stanza.Result, stanza.Error} {
					p.Says(asks(string(want)))
					if got := p.Hears(); got.Type() != want || got.ID() != string(want) {
						t.Errorf("the answer is %s, want one of type %s", got.XML(), want)
					}
				}
				p.HearsNothing()
			})
		})
	}
}

// Who expects something before it is asked for does not miss it, however quickly it comes.
func TestExpectCountsFromNowOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		w, err := s.Expect(handler.MustPath("message@id=m"))
		if err != nil {
			t.Fatal(err)
		}
		raw(t, s, `<message id="m"/>`) // ours, which is not what is expected
		p.Hears()
		p.Says(`<message id="m" from="` + romeo + `"/>`)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if e, err := w.Wait(ctx); err != nil || e.Stanza.From() != romeo {
			t.Errorf("it has %v, %v", e.Stanza, err)
		}
	})
}
