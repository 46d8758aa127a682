package session

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/negotiate"
)

// raw sends a stanza as it stands.
func raw(t *testing.T, s *Session, xml string, opts ...SendOption) *Ticket {
	t.Helper()
	ticket, err := s.SendRaw(xmpptest.Stanza(t, xml), opts...)
	if err != nil {
		t.Fatalf("SendRaw(%s): %v", xml, err)
	}
	return ticket
}

// waited is what Wait says once nothing more can happen in the bubble, and whether it has
// returned at all.
func waited(t *testing.T, ticket *Ticket) (err error, returned bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- ticket.Wait(ctx) }()
	synctest.Wait()
	select {
	case err = <-done:
		return err, true
	default:
		cancel()
		<-done
		return nil, false
	}
}

func TestATicketTellsWhenItsStanzaLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		for _, xml := range []string{
			`<message to="romeo@example.net" id="m"><body>hi</body></message>`,
			`<iq type="get" id="q"><query xmlns="jabber:iq:version"/></iq>`,
		} {
			ticket := raw(t, s, xml)
			if err := ticket.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			sent := ticket.Sent()
			if sent.Seq == 0 || sent.At.IsZero() || sent.Err != nil || sent.Stanza.XML() != xml || sent.Shown.XML() != xml {
				t.Errorf("it tells %+v", sent)
			}
			if e, ok := s.Journal().Get(sent.Seq); !ok || e.Stanza.ID() != sent.Stanza.ID() || e.Dir != stanza.Out {
				t.Errorf("its entry of the log is %+v", e)
			}
			if got := p.Hears().XML(); got != xml {
				t.Errorf("the peer got %s", got)
			}
		}
	})
}

func TestATicketCanBeReadWhileItsStanzaIsOnItsWay(t *testing.T) {
	s, done := onlineInRealTime(t)
	defer done()
	if err := s.Handle(handler.Filter("rewrite", handler.MustPath("message@dir=out"), func(e handler.Event) *stanza.Stanza {
		return xmpptest.Stanza(t, `<message id="`+e.Stanza.ID()+`"><body>another</body></message>`)
	})); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		ticket := raw(t, s, `<message id="m"/>`)
		ticket.Sent()
		if err := ticket.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestATicketOfACancelledRequestWaitsNoLonger(t *testing.T) {
	for name, end := range map[string]func(s *Session, r *Request){
		"cancelled": func(_ *Session, r *Request) { r.Cancel() },
		"overdue":   func(*Session, *Request) { time.Sleep(2 * time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := New(Config{})
				connectDeaf(t, s)
				first := raw(t, s, `<message/>`) // takes the socket
				synctest.Wait()
				behind := raw(t, s, `<iq type="get" id="q"><query xmlns="jabber:iq:version"/></iq>`, WithTimeout(time.Second))
				if _, returned := waited(t, behind); returned {
					t.Fatal("it has left, though the socket takes nothing")
				}
				end(s, behind.Request())
				err, returned := waited(t, behind)
				var notSent *stanza.NotSent
				if !returned || !errors.As(err, &notSent) {
					t.Fatalf("Wait returned: %t, with %v", returned, err)
				}
				if sent := behind.Sent(); sent.Seq != 0 || !errors.As(sent.Err, &notSent) {
					t.Errorf("it tells %+v", sent)
				}
				if sent := first.Sent(); sent.Seq == 0 || sent.Err != nil {
					t.Errorf("the one before it tells %+v", sent)
				}
			})
		})
	}
}

func TestATicketThatNeverLeftSaysWhy(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, s *Session, far net.Conn){
		"the connection is lost": func(_ *testing.T, _ *Session, far net.Conn) { far.Close() },
		"we close": func(t *testing.T, s *Session, _ net.Conn) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			s.Close(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := New(Config{})
				_, far := connectDeaf(t, s)
				raw(t, s, `<message/>`) // takes the socket
				synctest.Wait()
				tickets := []*Ticket{
					raw(t, s, `<presence/>`),
					raw(t, s, `<iq type="get" id="q"><query xmlns="jabber:iq:version"/></iq>`),
				}
				lose(t, s, far)
				for _, ticket := range tickets {
					err, returned := waited(t, ticket)
					var notSent *stanza.NotSent
					if !returned || !errors.As(err, &notSent) || notSent.Cause == nil || notSent.Request != ticket.Sent().Stanza {
						t.Errorf("Wait returned: %t, with %v", returned, err)
					}
				}
			})
		})
	}
}

func TestATicketThatAFilterDroppedSaysSo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, _ := online(t, Config{})
		if err := s.Handle(handler.Filter("lose", handler.MustPath("message@dir=out"), func(handler.Event) *stanza.Stanza { return nil })); err != nil {
			t.Fatal(err)
		}
		ticket := raw(t, s, `<message/>`)
		var notSent *stanza.NotSent
		if err, _ := waited(t, ticket); !errors.As(err, &notSent) || notSent.Cause.Error() != `the filter "lose" dropped it` {
			t.Errorf("Wait = %v", err)
		}
	})
}

func TestWaitingForATicketEndsWithTheContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		connectDeaf(t, s)
		raw(t, s, `<message/>`)
		synctest.Wait()
		ticket := raw(t, s, `<presence/>`)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := ticket.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait = %v", err)
		}
	})
}

func TestWhatComesBackForARawStanzaIsJoinedToIt(t *testing.T) {
	const twice = `<iq type="get" id="q" to="example.com"><query xmlns="jabber:iq:version"/></iq>`
	for _, c := range []struct {
		name, sent, back string
		joined           bool
		verdict          stanza.Verdict
	}{
		{"an error to a message", `<message id="m" to="romeo@example.net"/>`, `<message type="error" id="m"/>`, true, ""},
		{"an error without id to a message without", `<message/>`, `<message type="error"/>`, true, ""},
		{"an error to a presence", `<presence id="p"/>`, `<presence type="error" id="p"/>`, true, ""},
		{"a message that is none", `<message id="m"/>`, `<message id="m"/>`, false, ""},
		{"an error of another kind", `<message id="m"/>`, `<presence type="error" id="m"/>`, false, ""},
		{"an error of another id", `<message id="m"/>`, `<message type="error" id="n"/>`, false, ""},
		{"an error with an id to a message without", `<message/>`, `<message type="error" id=""/>`, false, ""},
		{"an IQ of no type", `<iq id="x"/>`, `<iq type="error" id="x"/>`, true, stanza.VerdictReply},
		{"an IQ of no type, from somebody else", `<iq id="x" to="romeo@example.net"/>`, `<iq type="error" id="x" from="mallory@example.net"/>`, false, ""},
		{"an IQ of no type, from whom it was sent to", `<iq id="x" to="romeo@example.net"/>`, `<iq type="error" id="x" from="Romeo@example.net"/>`, true, stanza.VerdictReply},
		{"a request without an id", `<iq type="get"><query xmlns="jabber:iq:version"/></iq>`, `<iq type="error"/>`, true, stanza.VerdictMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, p := online(t, Config{})
				ticket := raw(t, s, c.sent)
				p.Hears()
				p.Says(c.back)
				sent := ticket.Sent()
				if joined := sent.Answer != nil; joined != c.joined {
					t.Fatalf("joined: %t", joined)
				}
				if !c.joined {
					return
				}
				if sent.Answer.XML() != c.back || sent.AnswerSeq != s.Journal().Stats().Last || sent.Verdict != c.verdict {
					t.Errorf("it tells %+v", sent)
				}
				first := sent.AnswerSeq
				p.Says(c.back)
				if again := ticket.Sent(); again.AnswerSeq != first {
					t.Error("a second answer took the place of the first")
				}
			})
		})
	}
	t.Run("an id that is pending already", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			s, p := online(t, Config{})
			first, second := raw(t, s, twice), raw(t, s, twice)
			if first.Request() == nil || second.Request() != nil {
				t.Fatalf("the requests are %v and %v", first.Request(), second.Request())
			}
			synctest.Wait()
			p.Says(`<iq type="result" id="q" from="example.com"/>`)
			if sent := second.Sent(); sent.Answer != nil || !ended(first.Request()) {
				t.Errorf("the reply to the request was taken for the other's: %+v", sent)
			}
			p.Says(`<iq type="result" id="q" from="example.com"/>`)
			if sent := second.Sent(); sent.Answer == nil || sent.Verdict != stanza.VerdictDuplicate {
				t.Errorf("the second reply is not joined: %+v", sent)
			}
		})
	})
	t.Run("before it left", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			s := New(Config{})
			p, _ := connectDeaf(t, s)
			raw(t, s, `<message/>`)
			synctest.Wait()
			ticket := raw(t, s, `<message id="m"/>`)
			p.Sends(`<message type="error" id="m"/>`)
			synctest.Wait()
			if sent := ticket.Sent(); sent.Answer != nil {
				t.Errorf("it was answered before it left: %+v", sent)
			}
		})
	})
}

func TestTheLastHundredRawStanzasAreRemembered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		first := raw(t, s, `<message id="first"/>`)
		second := raw(t, s, `<message id="second"/>`)
		for range keptRaw - 1 {
			raw(t, s, `<message id="m"/>`)
		}
		synctest.Wait()
		p.Says(`<message type="error" id="first"/>`)
		p.Says(`<message type="error" id="second"/>`)
		if first.Sent().Answer != nil || second.Sent().Answer == nil {
			t.Errorf("answered: %t, %t", first.Sent().Answer != nil, second.Sent().Answer != nil)
		}
	})
}

// The writer of the connection that went and that of the next one wait for the same
// wake-up, and which gets it is up to chance: it is tried twenty times.
func TestATicketIsNotLeftBehindByAReconnection(t *testing.T) {
	for range 20 {
		bubble(t, leaveBehind)
	}
}

func leaveBehind(t *testing.T) {
	s, w := managedOnline(t)
	held := make(chan struct{})
	if err := s.Handle(handler.Filter("slow", handler.MustPath("message@dir=out"), func(e handler.Event) *stanza.Stanza {
		<-held
		return e.Stanza
	})); err != nil {
		t.Fatal(err)
	}
	ticket := raw(t, s, `<message id="m"/>`)
	w.cut()                     // while the filter runs
	time.Sleep(5 * time.Second) // the stream goes on
	synctest.Wait()
	if s.Status().State != Online {
		t.Fatalf("it is %s", s.Status().State)
	}
	close(held)
	if err, returned := waited(t, ticket); !returned || err != nil {
		t.Fatalf("Wait returned: %t, with %v", returned, err)
	}
	if got := w.peer.Hears(); got.ID() != "m" {
		t.Errorf("came %s", got.XML())
	}
	w.peer.HearsNothing()
}

func TestATicketOfWhatWasPutBackEndsWithItsRequest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		held := make(chan struct{})
		if err := s.Handle(handler.Filter("slow", handler.MustPath("iq@dir=out"), func(e handler.Event) *stanza.Stanza {
			<-held
			return e.Stanza
		})); err != nil {
			t.Fatal(err)
		}
		ticket := raw(t, s, `<iq type="get" id="q"><query xmlns="jabber:iq:version"/></iq>`)
		w.cut() // while the filter runs
		close(held)
		synctest.Wait()
		ticket.Request().Cancel()
		var notSent *stanza.NotSent
		if err, returned := waited(t, ticket); !returned || !errors.As(err, &notSent) {
			t.Errorf("Wait returned: %t, with %v", returned, err)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if s.Status().State != Online {
			t.Fatalf("it is %s", s.Status().State)
		}
		w.peer.HearsNothing()
	})
}

func TestATicketThatLeftStaysSo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		ticket := raw(t, s, `<message id="m"/>`)
		synctest.Wait()
		w.answer = func(int, negotiate.Config) (negotiate.Management, error) {
			return negotiate.Management{HandledKnown: true}, nil // it was not handled, and will not be
		}
		w.cut()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if sent := ticket.Sent(); sent.Seq == 0 || sent.Err != nil {
			t.Errorf("it tells %+v", sent)
		}
	})
}

func TestWhatBeginsBehindTheBytesTheSocketTookNeverLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, _ := online(t, Config{})
		s.mu.Lock()
		c := s.link.up
		s.mu.Unlock()
		batch := []*outgoing{
			{s: s, on: c, element: xmpptest.Stanza(t, `<message id="a"/>`)},
			{s: s, on: c, element: xmpptest.Stanza(t, `<message id="b"/>`)},
			{s: s, on: c, element: xmpptest.Stanza(t, `<message id="c"/>`)},
		}
		s.outbox.unsent(c, batch, len(batch[0].element.XML())+1)
		for i, never := range []bool{false, false, true} {
			if sent := (&Ticket{batch[i]}).Sent(); (sent.Err != nil) != never {
				t.Errorf("the error of number %d is %v", i, sent.Err)
			}
		}
		s.outbox.unsent(c, batch, len(batch[0].element.XML()))
		if sent := (&Ticket{batch[1]}).Sent(); sent.Err == nil {
			t.Error("what begins where the bytes end has left")
		}
	})
}
