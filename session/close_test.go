package session

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/wire"
)

// closing has a session close, and returns once it has ended its stream and waits for the
// other end.
func closing(t *testing.T, s *Session, p *xmpptest.Peer) (closed <-chan error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- s.Close(context.Background()) }()
	synctest.Wait()
	for range p.Heard { // until the end of the stream
	}
	return done
}

func TestTheLastWordsOfAServerToAStreamThatWeCloseAreKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{Reconnect: true})
		began := time.Now()
		time.Sleep(time.Second)
		done := closing(t, s, p)
		p.Says(`<stream:error><policy-violation xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		var last *wire.StreamError
		st := s.Status()
		if st.State != Offline || st.Err != nil || !errors.As(st.Loss, &last) || last.Condition != "policy-violation" || st.LossAt != began.Add(time.Second) {
			t.Errorf("the status is %+v", st)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if st := s.Status(); st.State != Offline || st.Tries != 0 {
			t.Errorf("later the status is %+v", st)
		}
	})
}

func TestACloseWithoutLastWordsIsNoLoss(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		done := closing(t, s, p)
		p.Conn.CloseNow()
		<-done
		if st := s.Status(); st.State != Offline || st.Loss != nil || !st.LossAt.IsZero() {
			t.Errorf("the status is %+v", st)
		}
	})
}

func TestWhatComesWhileWeCloseIsJudgedAndNotAnswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		ticket := raw(t, s, `<message id="m"/>`)
		r := start(t, s, xmpptest.Get(t))
		synctest.Wait()
		done := closing(t, s, p)
		p.Says(`<message type="error" id="m"/>`)
		p.Says(result(r.Exchange().Stanza.ID()))
		p.Says(asks("a"))
		late, _ := s.Journal().Get(s.Journal().Stats().Last - 1)
		p.Conn.CloseNow()
		<-done
		if ticket.Sent().Answer == nil {
			t.Error("the error to what was sent raw is not joined to it")
		}
		if x := r.Exchange(); late.Verdict != stanza.VerdictLate || x.Late == nil || x.Outcome != stanza.OutcomeUnknown {
			t.Errorf("the reply's verdict is %q, the request %+v", late.Verdict, x)
		}
		if n := len(s.Incoming(nil)); n != 0 {
			t.Errorf("%d requests were taken", n)
		}
	})
}

func TestAHandlerMayCloseTheSession(t *testing.T) {
	for name, hook := range map[string]func(s *Session, end func()) error{
		"an observer": func(s *Session, end func()) error {
			return s.Handle(handler.Callback("end", handler.MustPath("iq@id=a@dir=in"), func(handler.Event) { end() }))
		},
		"a responder": func(s *Session, end func()) error {
			return s.Handle(handler.Responder("end", nil, func(context.Context, handler.Event) (handler.Answer, error) {
				end()
				return handler.Pass(), nil
			}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				ended := make(chan error, 1)
				if err := hook(s, func() { ended <- s.Close(context.Background()) }); err != nil {
					t.Fatal(err)
				}
				p.Says(asks("a"))
				time.Sleep(5 * time.Second)
				synctest.Wait()
				select {
				case err := <-ended:
					if err != nil || s.Status().State != Offline {
						t.Errorf("Close = %v, and it is %s", err, s.Status().State)
					}
				default:
					t.Error("Close did not return")
				}
			})
		})
	}
}

func TestACallbackMayCloseTheSession(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		ended := make(chan error, 1)
		if _, _, err := s.SendCallback(xmpptest.Get(t), func(Exchange) { ended <- s.Close(context.Background()) }); err != nil {
			t.Fatal(err)
		}
		p.Says(result(p.Hears().ID()))
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if len(ended) != 1 {
			t.Error("Close did not return")
		}
	})
}
