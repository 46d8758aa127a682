package tui

import (
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
)

// One screen in each theme, with its styles: a forged reply beside the true one, and a request that
// waits.
func TestScreensOfAllThemes(t *testing.T) {
	renderer := lipgloss.NewRenderer(io.Discard)
	renderer.SetColorProfile(termenv.TrueColor)
	seen := map[string]string{}
	for _, name := range themes.Names() {
		t.Run(name, func(t *testing.T) {
			theme, ok := themes.ByName(name, renderer)
			if !ok {
				t.Fatal("there is no such theme")
			}
			s := start(t, 120, 40, func(o *setup) { o.theme = theme })
			forgedAndWaiting(s)
			screen := s.m.View()
			exact(t, screen, size{120, 40})
			golden(t, "theme-"+name, spelled(screen))
			if other, there := seen[screen]; there {
				t.Errorf("the screen is the same as that of %s", other)
			}
			seen[screen] = name
		})
	}
}

func forgedAndWaiting(s *sim) {
	s.press("alt+enter")
	s.happens(func(f *fakeSession) {
		f.refuses(1, stanza.VerdictWrongSender, strings.Replace(discoResult, "from='demo.localhost'", "from='mallory@evil.example'", 1), "not demo.localhost; still waiting")
		f.replies(1, discoResult)
	})
	s.write(silentPing)
	s.press("alt+enter", "alt+2", "j")
}

// spelled is a screen with its styles to be read: «1;38;5;4» stands where a style begins, «» where
// it ends.
func spelled(screen string) string {
	var b strings.Builder
	state := byte(0)
	for screen != "" {
		sequence, width, n, next := ansi.DecodeSequence(screen, state, nil)
		if style, ok := strings.CutPrefix(sequence, "\x1b["); ok && width == 0 {
			if style = strings.TrimSuffix(style, "m"); style == "0" {
				style = ""
			}
			b.WriteString("«" + style + "»")
		} else {
			b.WriteString(sequence)
		}
		screen, state = screen[n:], next
	}
	return b.String()
}
