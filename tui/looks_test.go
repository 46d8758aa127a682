package tui

import (
	"strings"
	"testing"
	"time"

	"iqscope/themes"
)

func TestWhatLiesBelowAWindowIsDimmed(t *testing.T) {
	s := start(t, 80, 24, func(o *setup) { o.theme = themes.Mono() })
	faint := themes.Mono().Dim.Render("│")
	faint = faint[:strings.IndexByte(faint, 'm')+1]
	if strings.Contains(s.m.View(), faint) {
		t.Fatal("something is dimmed without a window")
	}
	s.press("f1")
	rows := strings.Split(s.m.View(), "\n")
	for i, row := range rows {
		if dim := strings.Contains(row, faint); dim != (i == 1) && (i <= 1 || i == len(rows)-1) {
			t.Errorf("row %d is dimmed: %v\n%q", i, dim, row)
		}
	}
}

func TestPlainScreensAreASCIIAndStepOnceASecond(t *testing.T) {
	s := start(t, 80, 24, func(o *setup) { o.theme.Glyphs = themes.StillASCII() })
	s.press("alt+enter")
	s.wait(27 * time.Second)
	for _, way := range []string{"f1", "esc", "ctrl+p", "esc", "alt+3", "ctrl+o"} {
		s.press(way)
		if i := strings.IndexFunc(s.m.View(), func(r rune) bool { return r > 126 }); i >= 0 {
			t.Errorf("after %s the screen has %q", way, s.m.View()[i:i+12])
		}
	}
	s.press("esc")
	frames := map[string]bool{}
	for range 20 {
		s.wait(100 * time.Millisecond)
		frames[s.m.View()] = true
	}
	if len(frames) > 3 {
		t.Errorf("in two of its last seconds the countdown has %d steps", len(frames))
	}
}
