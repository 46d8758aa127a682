package session

import (
	"errors"
	"strings"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/negotiate"
)

// walks answers like answer, after two steps that take a second each.
func walks(answer func(int, negotiate.Config) (negotiate.Management, error)) func(int, negotiate.Config) (negotiate.Management, error) {
	return func(n int, cfg negotiate.Config) (negotiate.Management, error) {
		cfg.Progress(negotiate.StepDial, "127.0.0.1:5222")
		time.Sleep(time.Second)
		cfg.Progress(negotiate.StepAuth, "juliet")
		time.Sleep(time.Second)
		return answer(n, cfg)
	}
}

func TestTheStepsOfAnAttemptAreToldWithTheirTimes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		w.answer = walks(managedServer)
		w.cut()
		before := s.Status()
		if before.Loss == nil || before.LossAt.IsZero() || before.Tries != 1 {
			t.Errorf("of the loss is told %v at %v, after try %d", before.Loss, before.LossAt, before.Tries)
		}
		time.Sleep(time.Until(before.RetryAt) + 1500*time.Millisecond)
		under := s.Status()
		if len(under.Steps) != 2 || under.Steps[0].Ended.IsZero() || !under.Steps[1].Ended.IsZero() || under.Steps[1].Detail != "juliet" {
			t.Errorf("under way the steps are %+v", under.Steps)
		}
		time.Sleep(time.Second)
		after := s.Status()
		if len(after.Steps) != 2 || after.Steps[1].Ended.Sub(after.Steps[1].Began) != time.Second {
			t.Errorf("at the end the steps are %+v", after.Steps)
		}
		if !under.Steps[1].Ended.IsZero() {
			t.Error("an earlier snapshot has changed")
		}
		if after.State != Online || after.Loss != before.Loss {
			t.Errorf("online again, the status is %s after %v, want the loss before it to be known", after.State, after.Loss)
		}
	})
}

func TestTheLastStepOfAFailedAttemptEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		w.answer = walks(func(int, negotiate.Config) (negotiate.Management, error) {
			return negotiate.Management{}, &negotiate.Error{Step: negotiate.StepAuth, Cause: &negotiate.AuthError{Condition: "not-authorized"}}
		})
		w.cut()
		time.Sleep(10 * time.Second)
		st := s.Status()
		if st.State != Lost || len(st.Steps) != 2 || st.Steps[1].Ended.IsZero() || !st.Steps[1].Failed {
			t.Errorf("after a refused login the status is %s with the steps %+v", st.State, st.Steps)
		}
	})
}

func TestHowLongALostStreamCanBeResumedIsTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		if by := s.Status().ResumeBy; !by.IsZero() {
			t.Errorf("online without stream management it can be resumed until %v", by)
		}
		w.answer = managedServer
		w.cut()
		time.Sleep(time.Minute) // it comes back, with stream management now
		if by := s.Status().ResumeBy; !by.IsZero() {
			t.Errorf("online it can be resumed until %v", by)
		}
		w.cut()
		if by := s.Status().ResumeBy; time.Until(by) != resumeTime {
			t.Errorf("lost it can be resumed for %v, want %v", time.Until(by), resumeTime)
		}
	})
}

func TestAWayThatFailedIsToldOnItsStep(t *testing.T) {
	var steps []StepTaken
	for _, next := range []StepTaken{
		{Step: negotiate.StepDial, Detail: "[::1]:5223"}, {Step: negotiate.StepDial, Detail: "failed: refused; trying the next way"},
		{Step: negotiate.StepDial, Detail: "127.0.0.1:5222"}, {Step: negotiate.StepStream},
	} {
		steps = stepped(steps, time.Now(), next)
	}
	if len(steps) != 3 || !steps[0].Failed || steps[0].Detail != "[::1]:5223: refused; trying the next way" || steps[1].Failed {
		t.Errorf("the steps are %+v", steps)
	}
}

func TestStepsAreBounded(t *testing.T) {
	var steps []StepTaken
	for range 3 * keptSteps {
		steps = stepped(steps, time.Now(), StepTaken{Step: negotiate.StepAuth})
	}
	if len(steps) != keptSteps {
		t.Errorf("%d steps are kept, want %d", len(steps), keptSteps)
	}
}

func TestTheErrorOfARequestIsMadeOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		iq := xmpptest.Get(t)
		start(t, s, iq)
		p.Hears()
		p.Says(`<iq type="error" id="` + iq.ID() + `"><error type="cancel"><gone xmlns="` + stanza.NSStanzas + `"/></error></iq>`)
		first, second := s.Exchanges(nil)[0].Err, s.Exchanges(nil)[0].Err
		var refused *stanza.IQError
		if !errors.As(first, &refused) || refused.Err.Condition != "gone" || first != second {
			t.Errorf("the error is %v, and asked again %v", first, second)
		}
	})
}

func TestALateReplyIsKnownByItsNumberInTheLog(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		iq := xmpptest.Get(t)
		start(t, s, iq, WithTimeout(time.Second))
		p.Hears()
		time.Sleep(2 * time.Second)
		for range 2 {
			p.Says(result(iq.ID()))
		}
		v := s.Exchanges(nil)[0]
		if e, ok := s.Journal().Get(v.LateSeq); !ok || e.Verdict != stanza.VerdictLate || !strings.Contains(e.Stanza.XML(), iq.ID()) {
			t.Errorf("number %d is %+v, want the first late reply", v.LateSeq, e)
		}
	})
}
