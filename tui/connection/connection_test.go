package connection

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"iqscope/session"
	"iqscope/session/negotiate"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func status() session.Status {
	return session.Status{
		State: session.Online, Addr: "127.0.0.1:5222", TLS: "TLS 1.3", Mechanism: "SCRAM-SHA-256", Managed: true, Keepalive: 30 * time.Second,
		Steps: []session.StepTaken{
			{Step: negotiate.StepDial, Detail: "127.0.0.1:5222", Began: now, Ended: now.Add(time.Millisecond)},
			{Step: negotiate.StepAuth, Began: now.Add(time.Millisecond), Ended: now.Add(3 * time.Millisecond)},
		},
		Choices: []string{"a choice that takes more than a line because it has a reason that takes some words to say"},
	}
}

func shown(s *Screen, info Info, width, height int) string {
	s.Prepare(info, pane.Look{Width: width, Height: height, Theme: themes.Plain(), Now: now.Add(2 * time.Second)})
	return strings.Join(s.View(), "\n")
}

func TestEachThingIsTold(t *testing.T) {
	lost := errors.New("the cable was pulled")
	for _, c := range []struct {
		name   string
		change func(*session.Status)
		want   string // parts, separated by |
	}{
		{"online", func(*session.Status) {}, "● Online|✓ connecting|1.0 ms|✓ logging in|2.0 ms|3.0 ms in all|A choice that takes|TLS 1.3|SCRAM-SHA-256|(XEP-0198)|after 30 s of silence"},
		{"resumed", func(s *session.Status) { s.Resumed = true }, "the earlier stream was resumed"},
		{"in the clear", func(s *session.Status) { s.TLS = "" }, "! none: everything can be read"},
		{"a dead link would not be noticed", func(s *session.Status) { s.Keepalive, s.Managed = 0, false }, "keepalive none|without acknowledgements"},
		{"under way", func(s *session.Status) { s.State, s.Steps[1].Ended = session.Connecting, time.Time{} }, "◌ Connecting|◌ logging in 1 s"},
		{"by hand", func(s *session.Status) { s.State = session.ByHand }, "the composer has the next element"},
		{"failed", func(s *session.Status) { s.State, s.Err, s.Steps[1].Failed = session.Lost, lost, true }, "✗ Not connected.|The cable was pulled.|✗ logging in"},
		{"coming back", func(s *session.Status) {
			s.State, s.RetryAt, s.ResumeBy, s.Tries = session.Lost, now.Add(7*time.Second), now.Add(time.Minute), 2
		}, "The next try (the 2nd) is due in 5 s.|Until 12:01:00 the stream can be resumed"},
		{"an earlier loss", func(s *session.Status) { s.Loss, s.LossAt = lost, now }, "last loss 12:00:00 the cable was pulled"},
		{"hostile words", func(s *session.Status) { s.Choices, s.Loss = []string{"\x1b[2J"}, errors.New("\u009b") }, "␛[2J|<U+009B>"},
		{"offline", func(s *session.Status) { *s = session.Status{} }, "○ Offline."},
	} {
		st := status()
		c.change(&st)
		got := strings.Join(strings.Fields(shown(New(), Info{Status: st, Offered: []keys.Row{{Keys: "c", Help: "connect now"}}}, 100, 60)), " ")
		for want := range strings.SplitSeq(c.want+"|c connect now", "|") {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the screen lacks %q:\n%s", c.name, want, got)
			}
		}
	}
}

func TestEveryLineIsReachedByScrolling(t *testing.T) {
	info := Info{Status: status()}
	for _, step := range []keys.Action{keys.Down, keys.PageDown, keys.HalfPageDown, keys.End} {
		s := New()
		seen := ""
		for range 60 {
			seen += shown(s, info, 60, 10)
			s.Do(step)
		}
		if last := shown(s, info, 60, 10); !strings.Contains(last, "elements") || !strings.Contains(seen, "● Online") {
			t.Errorf("with %s one gets to\n%s", step, last)
		}
		if !strings.Contains(shown(s, Info{Status: session.Status{}}, 60, 10), "○ Offline.") {
			t.Errorf("with %s: when there is less to tell, it is out of sight", step)
		}
	}
	if New().Do(keys.Send) {
		t.Error("the screen takes an action that does not scroll")
	}
}

func TestAnyRoomIsKept(t *testing.T) {
	s := New()
	for width := 1; width < 130; width += 3 {
		for height := 1; height < 40; height += 3 {
			s.Prepare(Info{Status: status(), Offered: []keys.Row{{Keys: "s t a b", Help: "something"}}}, pane.Look{Width: width, Height: height, Theme: themes.Plain(), Now: now})
			lines := s.View()
			if len(lines) > height {
				t.Errorf("%d lines in %d", len(lines), height)
			}
			for _, line := range lines {
				if got := ansi.StringWidth(line); got > width {
					t.Errorf("a line in %d cells has %d: %q", width, got, line)
				}
			}
		}
	}
}
