package tui

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

var update = flag.Bool("update", false, "write the screens in testdata anew")

const discoResult = `<iq type='result' id='q0001' from='demo.localhost' to='juliet@demo.localhost/iqscope'>` +
	`<query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im' name='iqscope demo'/>` +
	`<feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/disco#items'/>` +
	`<feature var='urn:xmpp:ping'/><feature var='jabber:iq:version'/></query></iq>`

const notFound = `<iq type='error' id='q0001' from='demo.localhost' to='juliet@demo.localhost/iqscope'><error type='cancel'>` +
	`<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
	`<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>There is no such node.</text></error></iq>`

// scenes are what a person may see. Each is played at both sizes unless it says otherwise.
var scenes = []struct {
	name string
	play func(*sim)
	size []size
}{
	{name: "start", play: func(s *sim) {}},
	{name: "sent", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(12400 * time.Millisecond)
	}},
	{name: "last-seconds", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(25900 * time.Millisecond)
	}},
	{name: "result", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(12 * time.Millisecond)
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
	}},
	{name: "result-pending", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(12 * time.Millisecond)
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
		s.press("alt+2")
	}},
	{name: "error", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(12 * time.Millisecond)
		s.happens(func(f *fakeSession) { f.replies(1, notFound) })
		s.press("alt+2")
	}},
	{name: "error-timing", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(12 * time.Millisecond)
		s.happens(func(f *fakeSession) { f.replies(1, notFound) })
		s.press("alt+4", "l")
	}},
	{name: "timeout-late", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(30 * time.Second)
		s.happens(func(f *fakeSession) { f.timesOut(1) })
		s.wait(1040 * time.Millisecond)
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
		s.press("alt+2")
	}},
	{name: "wrong-sender", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(100 * time.Millisecond)
		s.happens(func(f *fakeSession) {
			forged := strings.Replace(discoResult, "from='demo.localhost'", "from='mallory@evil.example'", 1)
			f.refuses(1, stanza.VerdictWrongSender, forged, "not demo.localhost; still waiting")
		})
		s.press("alt+3")
	}},
	{name: "refused", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(100 * time.Millisecond)
		s.happens(func(f *fakeSession) {
			forged := strings.Replace(discoResult, "from='demo.localhost'", "from='mallory@evil.example'", 1)
			f.refuses(1, stanza.VerdictWrongSender, forged, "not demo.localhost; still waiting")
		})
		s.press("alt+2", "j")
	}},
	{name: "fields", play: func(s *sim) {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
		s.press("alt+4")
	}},
	{name: "xml-folded", play: func(s *sim) {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
		s.press("alt+4", "h", "h", "-", "j", "j")
	}},
	{name: "diff", play: func(s *sim) {
		s.asksAgain(discoResult, strings.Replace(strings.Replace(discoResult, "<feature var='urn:xmpp:ping'/>", "<feature var='urn:xmpp:time'/>", 1), "demo'/>", "demo 2'/>", 1))
		s.press("d")
	}},
	{name: "round-trips", play: func(s *sim) {
		s.asksAgain(discoResult, discoResult, discoResult, discoResult, discoResult, discoResult)
		s.press("alt+4", "l", "l")
	}},
	{name: "history", play: func(s *sim) { s.remembers(1230); s.press("alt+h", "down", "down", "down") }},
	{name: "history-search", play: func(s *sim) {
		s.remembers(1230)
		s.press("alt+h", "/")
		s.typing("pubsub ver")
	}},
	{name: "history-filter", play: func(s *sim) {
		s.remembers(1230)
		s.press("alt+h", "f")
		s.typing("outcome:error since:2d iq/")
	}},
	{name: "history-filtered", play: func(s *sim) {
		s.remembers(1230)
		s.press("alt+h", "f")
		s.typing("outcome:error,timeout tag:night since:2d")
		s.press("enter")
	}},
	{name: "history-entry", play: func(s *sim) { s.remembers(1230); s.press("alt+h", "down", "enter") }},
	{name: "history-diff", play: func(s *sim) { s.remembers(1230); s.press("alt+h", "down", "down", "d") }},
	{name: "history-empty", play: func(s *sim) { s.remembers(0); s.press("alt+h") }},
	{name: "history-delete", play: func(s *sim) { s.remembers(1230); s.press("alt+h", "down", "D") }},
	{name: "history-off", play: func(s *sim) { s.m.kept = kept{}; s.press("alt+h") }},
	{name: "history-not-written", play: func(s *sim) {
		f := s.remembers(3)
		f.status.Err, f.status.Waiting = errors.New("the disk is full"), 12
		s.send(HistoryChanged{})
		s.press("alt+h")
	}},
	{name: "finding", play: func(s *sim) {
		s.press("ctrl+end")
		s.typing("x")
		s.press("alt+enter")
	}},
	{name: "completing", play: func(s *sim) {
		s.write("<iq type='get' to='demo.localhost'>\n  <disco\n</iq>")
		s.press("up", "end", "tab", "down")
	}},
	{name: "card", play: func(s *sim) {
		s.write("<iq type='set' id='1'>\n  <query xmlns='jabber:iq:roster'><item name='Romeo'/></query>\n</iq>")
		s.press("up", "end", "alt+i")
	}},
	{name: "themes", play: func(s *sim) { s.press("ctrl+t") }},
	{name: "help", play: func(s *sim) { s.press("alt+3", "?") }},
	{name: "welcome", play: func(s *sim) { s.press("alt+x"); s.typing("welcome"); s.press("enter") }},
	{name: "copy-menu", play: func(s *sim) {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, discoResult) })
		s.press("alt+y", "s", "down")
	}},
	{name: "quit", play: func(s *sim) { s.press("alt+enter", "ctrl+c") }},
	{name: "lost", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(3 * time.Second)
		s.happens((*fakeSession).loses)
	}},
	{name: "prompt", play: func(s *sim) { s.press("alt+t"); s.typing("0.3") }},
	{name: "pending-lost", play: func(s *sim) {
		s.press("alt+enter")
		s.wait(3 * time.Second)
		s.happens(func(f *fakeSession) { f.losesForNow(2500 * time.Millisecond) })
		s.press("alt+2")
	}},
	{name: "connecting", play: func(s *sim) {
		s.happens(func(f *fakeSession) {
			f.isManaged()
			steps := f.status.Steps[:5]
			steps[4].Ended = time.Time{}
			f.status = session.Status{State: session.Connecting, Step: steps[4].Step, JID: f.status.JID, Steps: steps, Keepalive: f.status.Keepalive}
		})
		s.wait(2400 * time.Millisecond)
		s.press("ctrl+o")
	}},
	{name: "connection", play: func(s *sim) {
		s.happens((*fakeSession).isManaged)
		s.press("ctrl+o")
	}},
	{name: "connection-lost", play: func(s *sim) {
		s.happens((*fakeSession).isManaged)
		s.press("alt+enter")
		s.wait(3 * time.Second)
		s.happens(func(f *fakeSession) {
			f.losesForNow(2500 * time.Millisecond)
			f.status.Tries = 3
			f.status.Steps[4].Failed, f.status.Steps = true, f.status.Steps[:5]
			f.status.Err = errors.New("logging in to demo.localhost failed: no answer within 20s. No password was sent.")
		})
		s.press("ctrl+o")
	}},
	{name: "by-hand", play: func(s *sim) { s.goesByHand() }},
	{name: "by-hand-typed", play: func(s *sim) {
		s.goesByHand()
		s.press("alt+a")
		s.paste("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'\n    mechanism='PLAIN'>[password]</auth>")
	}},
	{name: "discover-waiting", play: func(s *sim) { s.press("f9") }},
	{name: "discover", play: (*sim).discovers},
	{name: "discover-feature", play: func(s *sim) {
		s.press("f9")
		s.answers(strings.Replace(told, "urn:xmpp:mam:2", "urn:xmpp:carbons:2", 1))
		s.answers(listed())
		s.press("tab", "down", "down", "enter")
	}},
	{name: "discover-error", play: func(s *sim) {
		s.discovers()
		s.press("end", "enter")
		s.happens(func(f *fakeSession) { f.timesOut(uint64(len(f.requests))) })
	}},
	{name: "palette", play: func(s *sim) { s.press("ctrl+p"); s.typing("request") }},
	{name: "command-line", play: func(s *sim) { s.press("alt+x"); s.typing("t"); s.press("tab") }},
	{name: "picker", play: func(s *sim) { s.knowsRooms(); s.press("f2") }},
	{name: "picker-typed", play: func(s *sim) { s.knowsRooms(); s.press("f2"); s.typing("room l") }},
	{name: "form", play: func(s *sim) {
		s.knowsRooms()
		s.pick("room_set")
		s.typing("garden@rooms.demo.localhost")
		s.press("down")
		s.typing("The garden")
		s.press("down")
		s.typing(" ")
	}},
	{name: "form-wrong", play: func(s *sim) {
		s.knowsRooms()
		s.pick("rooms")
		s.press("down")
		s.typing("ten")
	}},
	{name: "form-danger", play: func(s *sim) {
		s.knowsRooms()
		s.pick("destroy")
		s.typing("garden@rooms.demo.localhost")
		s.press("alt+enter")
	}},
	{name: "command-form", play: func(s *sim) {
		s.asks("<query xmlns='http://jabber.org/protocol/disco#items' node='"+commandsHere+"'/>", commandList)
		s.press("alt+4", "enter", "enter")
		s.replied(commandStep(firstStep))
		s.press("alt+enter")
	}},
	{name: "room-form", play: func(s *sim) {
		s.asks("<query xmlns='http://jabber.org/protocol/muc#owner'/>", roomForm)
		s.press("alt+2", "i", "tab", "tab", "tab")
	}},
	{name: "what-next", play: func(s *sim) {
		s.asks("<query xmlns='http://jabber.org/protocol/disco#items'/>", "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='a'/><set xmlns='http://jabber.org/protocol/rsm'><first>a</first><last>a</last></set></query>")
		s.press("alt+4", "x")
	}},
	{name: "room-fields", play: func(s *sim) {
		s.asks("<query xmlns='http://jabber.org/protocol/muc#owner'/>", roomForm)
		s.press("alt+4")
	}},
	{name: "zoom", play: func(s *sim) { s.press("alt+enter", "alt+3", "z") }, size: []size{wide}},
	{name: "tiny", play: func(s *sim) { s.press("alt+enter") }, size: []size{{19, 5}, {24, 6}, {40, 10}}},
}

// mainScenes are played at all sizes that are promised: what a person sees most.
var mainScenes = []string{"start", "sent", "result-pending", "error", "wrong-sender", "refused", "discover", "picker"}

type size struct{ width, height int }

var (
	wide   = size{140, 45}
	narrow = size{80, 24}
)

// Drawing changes nothing: under the race detector, two screens drawn at once would tell.
func TestTheScreenIsDrawnWithoutAChange(t *testing.T) {
	for _, scene := range scenes {
		s := start(t, 80, 24)
		scene.play(s)
		var one, other string
		var both sync.WaitGroup
		both.Go(func() { one = s.m.View() })
		both.Go(func() { other = s.m.View() })
		both.Wait()
		if one != other {
			t.Errorf("%s: drawn twice, the screen is not the same:\n%s\n%s", scene.name, one, other)
		}
	}
}

func TestScreens(t *testing.T) {
	for _, scene := range scenes {
		sizes := scene.size
		if sizes == nil {
			sizes = []size{wide, narrow}
			if slices.Contains(mainScenes, scene.name) {
				sizes = append(sizes, size{40, 10}, size{120, 40}, size{200, 60})
			}
		}
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", scene.name, size.width, size.height)
			t.Run(name, func(t *testing.T) {
				s := start(t, size.width, size.height)
				scene.play(s)
				got := s.m.View()
				exact(t, got, size)
				golden(t, name, got)
			})
		}
	}
}

// exact checks that a screen has exactly the lines and cells of the terminal.
func exact(t interface {
	Helper()
	Errorf(string, ...any)
}, screen string, want size) {
	t.Helper()
	lines := strings.Split(screen, "\n")
	if len(lines) != want.height {
		t.Errorf("the screen has %d lines, want %d", len(lines), want.height)
	}
	for i, line := range lines {
		if got := ansi.StringWidth(line); got != want.width {
			t.Errorf("line %d is %d cells wide, want %d: %q", i+1, got, want.width, line)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	lines := strings.Split(got, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	got = strings.Join(lines, "\n") + "\n"
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the screen is not as in %s (-want +got; -update writes it anew):\n%s", file, diff)
	}
}
