package tui

import (
	"errors"
	"strings"
	"testing"

	"iqscope/iqbuilder/catalog"
)

// startAt starts with a draft, the cursor where | stands in it.
func startAt(t *testing.T, draft string) *sim {
	t.Helper()
	before, after, _ := strings.Cut(draft, "|")
	s := start(t, 80, 24)
	s.write(before + after)
	for range []rune(after) {
		s.press("left")
	}
	return s
}

func TestTabCompletesWhatFits(t *testing.T) {
	for name, c := range map[string]struct {
		draft string
		keys  []string
		want  string
	}{
		"the only one":                   {"<iq type='get'><pi|</iq>", []string{"tab"}, `<iq type='get'><ping xmlns="urn:xmpp:ping"/></iq>`},
		"the first of several":           {"<iq |/>", []string{"tab", "enter"}, `<iq type=""/>`},
		"the second":                     {"<iq |/>", []string{"tab", "tab", "enter"}, `<iq to=""/>`},
		"the same by the arrow":          {"<iq |/>", []string{"tab", "down", "enter"}, `<iq to=""/>`},
		"and back":                       {"<iq |/>", []string{"tab", "down", "shift+tab", "enter"}, `<iq type=""/>`},
		"the last by going up":           {"<iq |/>", []string{"tab", "up", "enter"}, `<iq xml:lang=""/>`},
		"what typing leaves of them":     {"<iq |/>", []string{"tab", "f", "enter"}, `<iq from=""/>`},
		"what deleting brings back":      {"<iq f|/>", []string{"tab", "ctrl+z", "ctrl+@", "backspace", "down", "enter"}, `<iq type=""/>`},
		"typing goes on in the new text": {"<iq |/>", []string{"tab", "enter", "g", "e", "t"}, `<iq type="get"/>`},
		"nothing when it was closed":     {"<iq |/>", []string{"tab", "esc", "x"}, "<iq x/>"},
		"nothing behind a move":          {"<iq |/>", []string{"tab", "left", "x"}, "<iqx />"},
		"Enter behind a move":            {"<iq |/>", []string{"tab", "left", "enter"}, "<iq\n />"},
		"nothing but blanks before":      {"<iq>\n|</iq>", []string{"tab"}, "<iq>\n  </iq>"},
		"nothing that fits":              {"<!-- |-->", []string{"tab"}, "<!--  -->"},
		"Enter with nothing chosen":      {"<iq |/>", []string{"ctrl+@", "enter"}, "<iq \n/>"},
		"Enter with something chosen":    {"<iq |/>", []string{"ctrl+@", "down", "enter"}, `<iq type=""/>`},
		"undo":                           {"<iq type='get'><pi|</iq>", []string{"tab", "ctrl+z"}, "<iq type='get'><pi</iq>"},
		"an address that was met":        {"<iq to='demo|'/>", []string{"tab", "enter"}, "<iq to='demo.localhost'/>"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startAt(t, c.draft)
			s.press(c.keys...)
			if got := s.m.desk.draft.Text(); got != c.want {
				t.Errorf("the draft is\n%s, not\n%s", got, c.want)
			}
		})
	}
}

func TestEscClosesTheListAndThenStopsTyping(t *testing.T) {
	s := startAt(t, "<iq |/>")
	s.press("tab")
	s.shows("xml:lang")
	s.press("esc")
	s.hides("xml:lang")
	s.typing("t")
	if got := s.m.desk.draft.Text(); got != "<iq t/>" {
		t.Errorf("behind the list one does not go on typing: %s", got)
	}
}

func TestTheListIsShownInASmallRoom(t *testing.T) {
	for _, size := range []size{{80, 24}, {140, 45}, {40, 10}, {20, 5}} {
		s := startAt(t, "<iq type='get'>\n\n\n\n\n\n\n\n\n\n\n<disco|\n</iq>")
		s.m.width, s.m.height = size.width, size.height
		s.press("tab")
		if size.height > 10 {
			s.shows("▸ query")
		}
		s.press("down", "enter")
		s.hides("▸ query")
	}
}

func TestHostileAddressesAreShownSafely(t *testing.T) {
	s := startAt(t, "<iq to='|'/>")
	s.happens(func(f *fakeSession) {
		f.arrives("<iq type='get' id='1' from='evil@example.org/&#x202e;"+strings.Repeat("x", 900)+"'/>", "", "")
	})
	s.press("tab")
	s.shows("seen in the log")
	if strings.ContainsRune(s.m.View(), '\u202e') {
		t.Error("what an address holds reaches the terminal")
	}
}

func TestOnesOwnKindsAreCompleted(t *testing.T) {
	own := catalog.File{Name: "own.toml", Text: []byte("version = 1\n[[payload]]\nkey='a'\nelement='mine'\nnamespace='urn:a'\n[[kind]]\nkey='b'\ntitle='T'\ntype='get'\npayload='a'\n")}
	s := start(t, 80, 24, func(o *setup) {
		o.loadKinds = func() (*catalog.Catalog, error) {
			c, err := catalog.Builtin().With(own)
			return c, errors.Join(err, errors.New("other.toml: it cannot be read"))
		}
	})
	s.shows("it cannot be read")
	s.write("<iq type='get'><mi")
	s.press("tab")
	if got := s.m.desk.draft.Text(); got != `<iq type='get'><mine xmlns="urn:a"/>` {
		t.Errorf("the draft is %s", got)
	}
}
