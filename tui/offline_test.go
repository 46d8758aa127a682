package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"iqscope/internal/replay"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/capture"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/negotiate"
	"iqscope/tui/keys"
)

// recorded is a session that was recorded: an answer, a lie, a request of somebody else's, and a
// question that nobody answered.
func recorded(t *testing.T) *replay.Recording {
	var items []replay.Item
	say := func(dir stanza.Direction, xml string) {
		items = append(items, replay.Item{Element: capture.Element{
			Stanza: xmpptest.Stanza(t, xml), Dir: dir, Time: noon.Add(time.Duration(len(items)) * 250 * time.Millisecond),
		}})
	}
	say(stanza.Out, "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
	say(stanza.In, "<iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@demo.localhost/balcony</jid></bind></iq>")
	say(stanza.Out, "<iq type='get' id='v1' to='romeo@demo.localhost/orchard'><query xmlns='jabber:iq:version'/></iq>")
	say(stanza.In, "<iq type='result' id='v1' from='mallory@example.org'><query xmlns='jabber:iq:version'><name>liar</name></query></iq>")
	say(stanza.In, "<iq type='result' id='v1' from='romeo@demo.localhost/orchard'><query xmlns='jabber:iq:version'><name>Romeo</name></query></iq>")
	say(stanza.In, "<iq type='get' id='p1' from='demo.localhost' to='juliet@demo.localhost/balcony'><ping xmlns='urn:xmpp:ping'/></iq>")
	say(stanza.Out, "<iq type='result' id='p1' to='demo.localhost'/>")
	say(stanza.Out, "<iq type='set' id='s1' to='pubsub.demo.localhost'><pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='n'/></pubsub></iq>")
	return replay.Play(items, replay.Options{})
}

// opened is the screen on that recording.
func opened(t *testing.T, width, height int) *sim {
	return start(t, width, height, func(o *setup) {
		r := recorded(t)
		shown := &Offline{Name: "bug.jsonl", Recording: r}
		s := session.New(session.Config{Negotiate: negotiate.Config{JID: r.Account}})
		o.session, o.recording = offline{live{s, t.Context()}, shown}, shown
		o.connect = func() error { t.Error("it connects"); return nil }
		o.server, o.hint, o.bare = o.server.Truncate(0), o.hint.Truncate(0), false
	})
}

func TestARecordingOnTheScreen(t *testing.T) {
	for _, size := range []size{{80, 24}, {120, 40}} {
		for name, play := range map[string]func(*sim){
			"recording":           func(*sim) {},
			"recording-requests":  func(s *sim) { s.press("alt+2") },
			"recording-inspector": func(s *sim) { s.press("alt+2", "down", "enter") },
		} {
			name := fmt.Sprintf("%s-%dx%d", name, size.width, size.height)
			t.Run(name, func(t *testing.T) {
				s := opened(t, size.width, size.height)
				play(s)
				got := s.m.View()
				exact(t, got, size)
				golden(t, name, got)
			})
		}
	}
}

// Nothing counts down, nothing waits and nothing is said to be lost: no timer runs.
func TestARecordingStandsStill(t *testing.T) {
	s := opened(t, 120, 40)
	if len(s.timers) > 0 {
		t.Errorf("%d timers run", len(s.timers))
	}
	for _, word := range []string{"not connected", "offline", "reconnect", "connection"} {
		if strings.Contains(s.m.View(), word) {
			t.Errorf("the screen says %q:\n%s", word, s.m.View())
		}
	}
}

func TestNothingIsSentFromARecording(t *testing.T) {
	for _, row := range []struct {
		name string
		keys []string
	}{
		{"send", []string{"alt+1", "alt+enter"}},
		{"resend", []string{"alt+2", "r"}},
		{"presence", []string{"alt+3", "P"}},
		{"presence from anywhere", []string{"alt+p"}},
		{"hold", []string{"alt+3", "H"}},
		{"connect", []string{"alt+c"}},
		{"the connection", []string{"ctrl+o"}},
		{"discover", []string{"f9"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := opened(t, 120, 40)
			before := s.m.session.Journal().Version()
			s.press(row.keys...)
			if !strings.Contains(s.m.View(), "This is a recording: nothing can be sent") {
				t.Errorf("it is not refused:\n%s", s.m.View())
			}
			if s.m.session.Journal().Version() != before || len(s.fake.sent) > 0 {
				t.Error("something has happened")
			}
		})
	}
}

// Every action that there is leaves a recording as it was: what is not in the list of those that
// send is refused by the session.
func TestNoActionChangesARecording(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	for _, a := range actions() {
		if a.name == keys.Suspend || a.name == keys.Quit {
			continue
		}
		s := opened(t, 120, 40)
		before, ended := s.m.session.Journal().Version(), len(s.m.session.Exchanges(nil))
		for _, pane := range []string{"alt+1", "alt+2", "alt+3", "alt+4"} {
			s.press(pane)
			s.run(s.m.run(a.name))
			s.send(SessionChanged{})
			s.press("esc", "esc")
		}
		if s.m.session.Journal().Version() != before || len(s.m.session.Exchanges(nil)) != ended {
			t.Errorf("%s changes it", a.name)
		}
	}
}

func TestWhatOnlyLooksWorksOnARecording(t *testing.T) {
	s := opened(t, 120, 40)
	s.press("f")
	s.typing("iq@verdict=wrong-sender")
	s.press("enter")
	if view := s.m.View(); !strings.Contains(view, "mallory") || strings.Contains(view, "pubsub.demo.localhost         ") {
		t.Errorf("the filter shows:\n%s", view)
	}
	s.press("e")
	if !strings.Contains(s.m.desk.draft.Text(), "jabber:iq:version") {
		t.Errorf("in the composer is %s", s.m.desk.draft.Text())
	}
	s.press("esc", "alt+3", "y")
	if s.m.overlays.top() == nil {
		t.Errorf("there is no menu of copies:\n%s", s.m.View())
	}
}
