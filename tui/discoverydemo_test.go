package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"

	"iqscope/iqbuilder/stanza"
)

// onBuiltIn is the screen on the built-in server.
func onBuiltIn(t *testing.T) *sim {
	t.Helper()
	server, err := demo.Start(t.Context(), demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	live := live{session.New(session.Config{Negotiate: negotiate.Config{
		JID: stanza.MustParseJID("juliet@" + demo.Domain), Server: server.Addr(), RootCAs: server.RootCAs(),
		Password: func(context.Context) (string, error) { return server.Password("juliet"), nil },
	}}), t.Context()}
	t.Cleanup(func() { live.Close(context.Background()) })
	return start(t, 80, 24, func(o *setup) {
		o.session, o.connect = live, func() error { return live.Connect(t.Context()) }
	})
}

// waits waits for what the screen is to show.
func (s *sim) waits(text string) {
	s.t.Helper()
	for end := time.Now().Add(patience); !strings.Contains(s.m.View(), text); s.send(SessionChanged{}) {
		if time.Now().After(end) {
			s.t.Fatalf("the screen never showed %q:\n%s", text, s.m.View())
		}
		time.Sleep(time.Millisecond)
	}
}

func TestTheBuiltInServerIsDiscovered(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	s := onBuiltIn(t)
	s.waits("online")
	s.press("f9") // one key from the first frame
	s.waits("server/im")
	s.waits("bots.demo.localhost")
	s.shows("ITEMS 2", "XEP-0199 XMPP Ping")
	s.press("end", "up", "enter")
	s.waits("echo@bots.demo.localhost")
	s.press("/")
	s.typing("many@")
	s.press("enter", "enter")
	s.waits("ITEMS 100 of 10,000")
	s.press("]", "]")
	s.waits("▸ item-00101")
	s.press("[")
	s.waits("▸ item-00001")

	// Commands are items with a node.
	s.press("backspace", "backspace")
	s.press("/")
	s.typing("commands")
	s.press("enter", "enter")
	s.waits("▸ command_list")
	s.press("enter")
	s.waits("form of command_list")
	s.press("alt+enter")
	s.waits("  get  q0") // what was sent from the composer has the ids of these tests
	s.waits("✓ answers it")
}

func TestTheLoginIsShownAsWhoSaidWhat(t *testing.T) {
	s := onBuiltIn(t)
	s.waits("● online")
	s.press("ctrl+o")
	s.send(sized(100, 90))
	for _, want := range []string{"→ starttls", "← proceed", "← features mechanisms SCRAM-SHA-256", "→ auth mechanism=SCRAM-SHA-256", "← challenge", "→ response", "← success", "← iq type=result bind juliet@demo.localhost/"} {
		s.shows(want)
	}
	s.hides("bytes hidden")
}
