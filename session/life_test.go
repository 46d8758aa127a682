package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/ack"
	"iqscope/session/negotiate"
	"iqscope/session/wire"
)

// server is what a session's attempts to connect meet, in a synctest bubble.
type server struct {
	t *testing.T
	s *Session
	// answer says how an attempt ends; nil is a plain stream.
	answer func(n int, cfg negotiate.Config) (negotiate.Management, error)
	tried  []time.Time
	wanted []*negotiate.Resumption
	peer   *xmpptest.Peer // of the last attempt that worked
}

func serve(t *testing.T, cfg Config) (*Session, *server) {
	t.Helper()
	cfg.Negotiate.JID = xmpptest.JID(t, us)
	s := New(cfg)
	w := &server{t: t, s: s}
	s.link.negotiate = func(_ context.Context, cfg negotiate.Config) (*negotiate.Stream, error) {
		w.tried = append(w.tried, time.Now())
		w.wanted = append(w.wanted, cfg.Resume)
		stream := &negotiate.Stream{Bound: xmpptest.JID(t, us), Addr: "pipe"}
		if w.answer != nil {
			var err error
			if stream.Management, err = w.answer(len(w.tried), cfg); err != nil {
				return nil, err
			}
		}
		stream.Conn, w.peer = pipe(t, s)
		return stream, nil
	}
	if err := s.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		synctest.Wait()
		w.cut()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		s.Close(ctx)
		synctest.Wait()
	})
	return s, w
}

// cut breaks the connection.
func (w *server) cut() {
	w.peer.Conn.CloseNow()
	synctest.Wait()
}

// managedServer answers with a stream that has acknowledgements, and resumes it.
func managedServer(n int, cfg negotiate.Config) (negotiate.Management, error) {
	if cfg.Resume != nil {
		return negotiate.Management{Enabled: true, Resumed: true, ID: "sm1", HandledKnown: true}, nil
	}
	return negotiate.Management{Enabled: true, ID: "sm1"}, nil
}

// managedOnline is online on a stream that has acknowledgements, and can be resumed.
func managedOnline(t *testing.T) (*Session, *server) {
	t.Helper()
	s, w := serve(t, Config{Reconnect: true})
	w.answer = managedServer
	w.cut()
	time.Sleep(time.Minute)
	synctest.Wait()
	return s, w
}

func TestALostConnectionComesBackWithGrowingDelays(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		w.answer = func(n int, _ negotiate.Config) (negotiate.Management, error) {
			if n <= 11 {
				return negotiate.Management{}, &negotiate.Error{Step: negotiate.StepDial, Cause: &net.OpError{Op: "dial", Err: errors.New("refused")}}
			}
			return negotiate.Management{}, nil
		}
		w.cut()
		if at := s.Status().RetryAt; at.IsZero() || time.Until(at) > firstDelay {
			t.Errorf("the next try is due in %v", time.Until(at))
		}
		time.Sleep(15 * time.Minute)
		synctest.Wait()
		if st := s.Status(); st.State != Online || st.Err != nil {
			t.Fatalf("the status is %+v", st)
		}
		for i := 2; i < len(w.tried); i++ {
			gap := w.tried[i].Sub(w.tried[i-1])
			if want := min(firstDelay<<(i-1), lastDelay); gap < want/2 || gap > want {
				t.Errorf("try %d came after %v, not after %v to %v", i, gap, want/2, want)
			}
		}
	})
}

// Fault 23: a hundred times.
func TestAServerThatAcceptsAndKicksMeetsLongerAndLongerDelays(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		for range 100 {
			tries := len(w.tried)
			w.cut()
			time.Sleep(lastDelay)
			synctest.Wait()
			if len(w.tried) != tries+1 || s.Status().State != Online {
				t.Fatalf("after kick %d it tried %d times", tries, len(w.tried)-tries)
			}
			if tries > 10 {
				if gap := w.tried[tries].Sub(w.tried[tries-1]); gap < lastDelay/2 {
					t.Fatalf("kick %d was followed by a try after %v", tries, gap)
				}
			}
			// It lasts for less than a minute each time.
		}
		time.Sleep(settled)
		w.cut()
		if wait := time.Until(s.Status().RetryAt); wait > firstDelay {
			t.Errorf("after a connection that lasted it waits %v", wait)
		}
	})
}

// Fault 21: what each condition leads to.
func TestWhatEndsReconnection(t *testing.T) {
	streamError := func(condition string) error { return &wire.StreamError{Condition: condition} }
	negotiation := func(step negotiate.Step, cause error) error { return &negotiate.Error{Step: step, Cause: cause} }
	for name, c := range map[string]struct {
		err  error
		want class
	}{
		"the connection broke":        {io.ErrUnexpectedEOF, retry},
		"the server closed":           {errStreamClosed, retry},
		"system-shutdown":             {streamError("system-shutdown"), retry},
		"connection-timeout":          {streamError("connection-timeout"), retry},
		"an unknown stream error":     {streamError("made-up"), retry},
		"conflict":                    {streamError("conflict"), stop},
		"host-unknown, negotiating":   {negotiation(negotiate.StepStream, streamError("host-unknown")), stop},
		"policy-violation":            {streamError("policy-violation"), slowly},
		"broken XML":                  {fmt.Errorf("%w: 1:2", errBrokenXML), slowly},
		"an h that is too high":       {errHandledTooHigh, slowly},
		"a wrong password":            {negotiation(negotiate.StepAuth, &negotiate.AuthError{Condition: "not-authorized"}), stop},
		"a login that may work later": {negotiation(negotiate.StepAuth, &negotiate.AuthError{Condition: "temporary-auth-failure"}), slowly},
		"no TLS":                      {negotiation(negotiate.StepTLS, negotiate.ErrNoTLS), stop},
		"nobody listens":              {negotiation(negotiate.StepDial, &net.OpError{Op: "dial", Err: errors.New("refused")}), retry},
		"no such name":                {negotiation(negotiate.StepDial, &net.DNSError{IsNotFound: true}), retry},
		"it went while logging in":    {negotiation(negotiate.StepAuth, io.ErrUnexpectedEOF), retry},
		"silence while logging in":    {negotiation(negotiate.StepAuth, context.DeadlineExceeded), retry},
		"the server's signature":      {negotiation(negotiate.StepAuth, negotiate.ErrServerSignature), stop},
	} {
		if got := classify(c.err); got != c.want {
			t.Errorf("%s: %d, not %d", name, got, c.want)
		}
	}
}

// Fault 21: its text is told, and nothing tried.
func TestAConflictIsNotAnswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		w.peer.Says(`<stream:error><conflict xmlns="urn:ietf:params:xml:ns:xmpp-streams"/><text xmlns="urn:ietf:params:xml:ns:xmpp-streams">replaced</text></stream:error>`)
		time.Sleep(time.Hour)
		if st := s.Status(); len(w.tried) != 1 || st.State != Lost || !st.RetryAt.IsZero() || !strings.Contains(st.Err.Error(), "replaced") {
			t.Errorf("%d tries; the status is %+v", len(w.tried), st)
		}
	})
}

func TestWithoutReconnectALossIsFinal(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{})
		w.cut()
		time.Sleep(time.Hour)
		if len(w.tried) != 1 || s.Status().State != Lost {
			t.Errorf("%d tries", len(w.tried))
		}
	})
}

func TestConnectByHandComesBeforeTheNextTry(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		w.cut()
		if err := s.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if len(w.tried) != 2 || s.Status().State != Online {
			t.Errorf("%d tries, %s", len(w.tried), s.Status().State)
		}
	})
}

func TestAcknowledgements(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{})
		if s.Status().Managed {
			t.Fatal("it shows acknowledgements that were not asked for")
		}
		w.answer = managedServer
		w.cut()
		if err := s.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		start(t, s, xmpptest.Get(t))
		if got := w.peer.Hears().Name().Local; got != "iq" {
			t.Fatalf("heard was <%s/>", got)
		}
		w.peer.HearsNothing() // one stanza is no reason to ask
		for range ack.ClientLimits().AskAfter {
			start(t, s, xmpptest.Get(t))
		}
		heard := map[string]int{}
		for range ack.ClientLimits().AskAfter + 1 {
			heard[w.peer.Hears().Name().Local]++
		}
		if heard["iq"] != ack.ClientLimits().AskAfter || heard["r"] != 1 {
			t.Fatalf("heard was %v", heard)
		}
		w.peer.Says(`<a xmlns="urn:xmpp:sm:3" h="1"/>`)
		if got := w.peer.Hears().Name().Local; got != "r" {
			t.Errorf("with %d stanzas unacknowledged it says <%s/>", ack.ClientLimits().AskAfter, got)
		}
		w.peer.Says(`<a xmlns="urn:xmpp:sm:3" h="2"/>`)
		w.peer.HearsNothing()
		w.peer.Says(`<message/>`)
		w.peer.Says(`<presence/>`)
		w.peer.Says(`<r xmlns="urn:xmpp:sm:3"/>`)
		if got := w.peer.Hears().XML(); got != `<a xmlns='urn:xmpp:sm:3' h='2'/>` {
			t.Errorf("it acknowledges with %s", got)
		}
	})
}

// Fault 27: resumption accepted.
func TestAResumedStreamGoesOnWithWhatIsPending(t *testing.T) {
	bubble(t, func(t *testing.T) {
		handled := uint32(1)
		s, w := serve(t, Config{Reconnect: true})
		w.answer = func(n int, cfg negotiate.Config) (negotiate.Management, error) {
			m, err := managedServer(n, cfg)
			m.Handled = handled
			return m, err
		}
		w.cut()
		time.Sleep(time.Minute)
		first := start(t, s, xmpptest.Get(t))
		second := start(t, s, xmpptest.Get(t))
		synctest.Wait()
		w.peer.Says(`<message/>`)
		sentAt := second.Exchange().Sent
		w.cut()
		if ended(first) || ended(second) {
			t.Fatalf("a request of a stream that can be resumed ended: %v", first.Exchange().Err)
		}
		time.Sleep(5 * time.Second)
		if st := s.Status(); st.State != Online || !st.Resumed {
			t.Fatalf("the status is %+v", st)
		}
		if want := w.wanted[len(w.wanted)-1]; want.ID != "sm1" || want.Received != 1 || want.Bound != xmpptest.JID(t, us) {
			t.Errorf("it asked for %+v", want)
		}
		// The first was handled; the second is proven not to be, and sent again.
		if got := w.peer.Hears(); got.ID() != second.Exchange().Stanza.ID() {
			t.Errorf("sent again was %s", got.XML())
		}
		if got := second.Exchange().Sent; got != sentAt {
			t.Errorf("its clock began anew: %v, not %v", got, sentAt)
		}
		w.peer.Says(result(first.Exchange().Stanza.ID()))
		w.peer.Says(result(second.Exchange().Stanza.ID()))
		if a, b := first.Exchange().Outcome, second.Exchange().Outcome; a != stanza.OutcomeResult || b != stanza.OutcomeResult {
			t.Errorf("they ended as %q and %q", a, b)
		}
	})
}

// Fault 27: resumption refused.
func TestWhenResumptionIsRefusedNothingIsSentAgain(t *testing.T) {
	for name, c := range map[string]struct {
		refusal       negotiate.Management
		first, second stanza.Outcome
	}{
		"without a count": {negotiate.Management{}, stanza.OutcomeUnknown, stanza.OutcomeUnknown},
		"with a count":    {negotiate.Management{Handled: 1, HandledKnown: true}, stanza.OutcomeUnknown, stanza.OutcomeNotSent},
		"with a lie":      {negotiate.Management{Handled: 9, HandledKnown: true}, stanza.OutcomeUnknown, stanza.OutcomeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, w := serve(t, Config{Reconnect: true})
				w.answer = managedServer
				w.cut()
				time.Sleep(time.Minute)
				first, second := start(t, s, xmpptest.Get(t)), start(t, s, xmpptest.Get(t))
				synctest.Wait()
				w.answer = func(int, negotiate.Config) (negotiate.Management, error) { return c.refusal, nil }
				w.cut()
				time.Sleep(5 * time.Second)
				synctest.Wait()
				if a, b := first.Exchange().Outcome, second.Exchange().Outcome; a != c.first || b != c.second {
					t.Errorf("they ended as %q and %q", a, b)
				}
				w.peer.HearsNothing()
			})
		})
	}
}

// Fault 27: h too high.
func TestACountThatIsTooHighEndsTheStream(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{})
		w.answer = managedServer
		w.cut()
		if err := s.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.peer.Says(`<a xmlns="urn:xmpp:sm:3" h="7"/>`)
		var last *wire.StreamError
		if !errors.As(w.peer.End(), &last) || last.Application.Local != "handled-count-too-high" {
			t.Errorf("the last words were %v", last)
		}
		if st := s.Status(); st.State != Lost || !errors.Is(st.Err, errHandledTooHigh) {
			t.Errorf("the status is %+v", st)
		}
	})
}

// Fault 22: a half-open connection.
func TestASilentLinkIsAskedAndGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Keepalive: 30 * time.Second})
		for range 3 { // answered, it lives
			time.Sleep(30 * time.Second)
			ping := w.peer.Hears()
			if ping.Payload().Space != "urn:xmpp:ping" || ping.To() != domain {
				t.Fatalf("it asked %s", ping.XML())
			}
			w.peer.Says(`<iq type="error" id="` + ping.ID() + `" from="` + domain + `"><error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`)
		}
		r := start(t, s, xmpptest.Get(t), NoTimeout())
		w.peer.Hears()
		began := time.Now()
		<-r.Done()
		if d := time.Since(began); d > 45*time.Second {
			t.Errorf("the dead link was found after %v", d)
		}
		if st := s.Status(); st.State != Lost || !strings.Contains(st.Err.Error(), "dead") {
			t.Errorf("the status is %+v", st)
		}
	})
}

func TestABusyLinkIsNotAsked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, w := serve(t, Config{Keepalive: 30 * time.Second})
		for range 10 {
			time.Sleep(20 * time.Second)
			w.peer.Says(`<message/>`)
		}
		w.peer.HearsNothing()
	})
}

func TestALinkThatHasLongToAnswerIsAskedAsOftenAsItIsSilent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, w := serve(t, Config{Keepalive: 5 * time.Second, KeepaliveTimeout: time.Minute})
		for range 10 {
			time.Sleep(6 * time.Second)
			w.peer.Says(result(w.peer.Hears().ID(), `from="`+domain+`"`))
			w.peer.HearsNothing()
		}
	})
}

func TestCloseEndsTheTrying(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		w.cut()
		s.Close(t.Context())
		time.Sleep(time.Hour)
		if len(w.tried) != 1 || s.Status().State != Offline || !s.Status().RetryAt.IsZero() {
			t.Errorf("%d tries; the status is %+v", len(w.tried), s.Status())
		}
	})
}

func TestWhiteSpaceGoesOutAndIsNoElement(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{WhiteSpace: time.Minute})
		_, far := connectDeaf(t, s)
		got := make(chan string, 10)
		go func() {
			buf := make([]byte, 100)
			for {
				n, err := far.Read(buf)
				if err != nil {
					return
				}
				got <- string(buf[:n])
			}
		}()
		out := s.Journal().Stats().Out
		began := time.Now()
		for i := range 3 {
			if text := <-got; text != " " || time.Since(began) != time.Duration(i+1)*time.Minute {
				t.Fatalf("after %v it wrote %q", time.Since(began), text)
			}
		}
		if s.Journal().Stats().Out != out {
			t.Error("the log counts the spaces as elements")
		}
	})
}
