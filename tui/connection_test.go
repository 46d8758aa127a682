package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"iqscope/session"
	"iqscope/session/negotiate"
)

// steps are a way to a stream that takes 8 ms.
func steps(now time.Time) (steps []session.StepTaken) {
	for i, s := range []session.StepTaken{
		{Step: negotiate.StepDial, Detail: "127.0.0.1:5222"}, {Step: negotiate.StepStream, Detail: "demo.localhost"},
		{Step: negotiate.StepTLS}, {Step: negotiate.StepStream, Detail: "demo.localhost"},
		{Step: negotiate.StepAuth, Detail: "SCRAM-SHA-256-PLUS"}, {Step: negotiate.StepStream, Detail: "demo.localhost"},
		{Step: negotiate.StepBind, Detail: "iqscope"}, {Step: negotiate.StepManage},
	} {
		s.Began = now.Add(time.Duration(i) * time.Millisecond)
		s.Ended = s.Began.Add(time.Millisecond)
		steps = append(steps, s)
	}
	return steps
}

// isManaged gives a session all that there is to tell of a connection.
func (f *fakeSession) isManaged() {
	f.status.Steps = steps(f.now())
	f.status.Addr, f.status.Managed, f.status.Keepalive = "127.0.0.1:5222", true, 30*time.Second
	f.status.Choices = []string{
		"TLS 1.3 with TLS_AES_128_GCM_SHA256; the certificate is for demo.localhost, by iqscope demo CA, until 2026-12-22",
		"SCRAM-SHA-256-PLUS, the best of SCRAM-SHA-256-PLUS, SCRAM-SHA-256 and PLAIN, bound to the channel by tls-exporter",
		"stream management, so that the stream can be resumed for 5 minutes",
	}
}

func TestTheConnectionIsShownStepByStepWhileItHappens(t *testing.T) {
	s := start(t, 80, 24, func(o *setup) {
		o.session.(*fakeSession).refuse = errors.New("offline") // so that the test decides when it connects
	})
	s.happens(func(f *fakeSession) {
		f.status = session.Status{State: session.Connecting, JID: f.status.JID, Steps: []session.StepTaken{{Step: negotiate.StepDial, Detail: "127.0.0.1:5222", Began: s.clock}}}
	})
	s.press("ctrl+o")
	s.shows("◌ connecting                        0 s  127.0.0.1:5222")
	s.wait(3900 * time.Millisecond)
	s.shows("◌ connecting                        3 s  127.0.0.1:5222")
	s.happens(func(f *fakeSession) { f.status.State = session.Online; f.isManaged() })
	s.shows("✓ connecting                     1.0 ms  127.0.0.1:5222")
	s.hides("◌")
	s.wait(5 * time.Second)
	if len(s.timers) != 0 {
		t.Error("a timer runs on when the connection is there")
	}
}

func TestTheConnectionScreenScrollsAndCloses(t *testing.T) {
	s := start(t, 80, 24)
	s.happens((*fakeSession).isManaged)
	s.press("ctrl+o")
	s.hides("last loss")
	s.hides("0 received")
	s.press("G")
	s.shows("0 received, 0 sent")
	s.press("g")
	s.shows("Online as juliet@demo.localhost/iqscope")
	s.press("?", "f1") // help on top of it
	s.shows("┤ Connection")
	s.press("esc")
	s.hides("┤ Connection")
	s.press("ctrl+o", "ctrl+o")
	s.hides("┤ Connection")
	s.typing("x")
	if got := s.m.desk.draft.Text(); !strings.Contains(got, "x<iq") {
		t.Errorf("after closing one types on into %q", got)
	}
}

func TestALostConnectionCountsDownToTheNextTry(t *testing.T) {
	s := start(t, 100, 30)
	s.happens(func(f *fakeSession) { f.losesForNow(2500 * time.Millisecond) })
	s.shows("✗ reconnecting in 3 s")
	s.wait(time.Second)
	s.shows("✗ reconnecting in 2 s")
	s.press("ctrl+o")
	s.shows("The next try is due in 2 s.")
	s.shows("The server closed the connection without ending the stream.")
	s.shows("connect now")
	s.wait(time.Minute)
	if len(s.timers) != 0 {
		t.Errorf("a timer runs on after the countdown: %v", s.timers)
	}
	s.press("c")
	s.shows("● online")
}

func TestWhatIsPendingWaitsForTheStreamToBeResumed(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter", "alt+2")
	s.shows("██████████    30 s")
	s.happens(func(f *fakeSession) { f.losesForNow(10 * time.Second) })
	s.shows("link lost    30 s")
	s.shows("The answer can still come if")
	s.shows("1 waiting")
	s.happens(func(f *fakeSession) {
		f.status.State, f.status.Resumed, f.status.ResumeBy = session.Online, true, time.Time{}
		f.replies(1, discoResult)
	})
	s.hides("link lost")
	s.shows("✓ result")
	s.shows("  resumed  ")
}

func TestAFailureOfALaterTryTakesThePlaceOfTheFirst(t *testing.T) {
	s := start(t, 100, 30)
	s.happens(func(f *fakeSession) { f.losesForNow(time.Second) })
	s.shows("without ending the stream")
	s.happens(func(f *fakeSession) { f.status.Err = errors.New("logging in to demo.localhost failed: wrong password") })
	s.shows("✗ Logging in to demo.localhost failed: wrong password.")
	s.hides("without ending the stream")
}

func TestDisconnectingAsksOnceWhenRequestsArePending(t *testing.T) {
	s := start(t, 80, 24)
	s.press("alt+enter", "ctrl+o", "d")
	s.shows("1 request waits for an answer. d again disconnects anyway")
	if s.fake.status.State != session.Online {
		t.Fatal("the first d has disconnected")
	}
	s.press("d")
	s.happens(func(*fakeSession) {})
	s.shows("○ offline")
	s.hides("✗")
	s.press("c")
	s.shows("● online")
}

func TestKeepalivePingsAreInTheLogButNotPending(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter")
	s.happens(func(f *fakeSession) {
		_, _ = f.Start(f.parse(silentPing), 15*time.Second)
		f.requests[1].Unasked = true
	})
	s.press("alt+2")
	s.shows("1 waiting")
	s.shows("1 pending, next in 30 s")
	s.hides("s1     ping")
	s.press("alt+3")
	s.shows("ping")
	s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
	s.press("ctrl+c")
	if !s.quit {
		t.Error("quitting asks because of a keepalive ping")
	}
}
