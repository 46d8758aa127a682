package e2e

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHelpListsTheKeysOfTheFocusedPane(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := tryOut(t, at)
		p.SendKeys("F1") // a question mark is text while one types
		p.WaitMatch(`Keys: Compose`)
		p.WaitMatch(`F5, alt\+enter +send the draft`)
		p.SendKeys("Escape")
		p.WaitGone("Keys: Compose")

		p.SendKeys("M-2", "?")
		p.WaitMatch(`Keys: Pending`)
		p.WaitMatch(`X +cancel the request`)
		p.SendKeys("Escape")
		p.WaitGone("Keys: Pending")
		p.leaves()
	})
}

func TestQuestionMarksAreTextInTheDraft(t *testing.T) {
	t.Parallel()
	p := tryOut(t, narrow)
	p.writes("<iq type='get' id='q?1'>")
	p.WaitFor("q?1")
	p.leaves()
}

func TestAPaneIsGivenTheWholeScreenAndBack(t *testing.T) {
	t.Parallel()
	p := tryOut(t, wide)
	p.SendKeys("M-3", "z")
	p.WaitGone("1 Compose")
	p.WaitFor("3 Log")
	p.SendKeys("Escape")
	p.WaitFor("1 Compose")
	p.leaves()
}

// Fault 35: sizes that follow each other at once.
func TestTheTerminalIsResizedWhileARequestWaits(t *testing.T) {
	t.Parallel()
	p := tryOut(t, wide, "--timeout", long.String())
	p.asks("q1", "silent"+bots)
	p.waits("q1")
	for _, next := range []size{narrow, {200, 60}, {100, 30}, {24, 6}, {1, 1}, wide, narrow} {
		p.resizes(next)
		if next.width >= narrow.width {
			p.WaitFor("● online")
			p.fills(next)
		}
	}
	p.SendKeys("M-2")
	p.shows("2 Pending", `▸ q1 .*█`)
	p.SendKeys("C-c", "C-c")
	p.left()
}

func (p *person) resizes(to size) {
	p.t.Helper()
	p.Resize(to.width, to.height)
	p.size = to
}

// fills waits until the screen has all its rows, and none is too long or was cut.
func (p *person) fills(at size) {
	p.t.Helper()
	p.WaitUntil(fmt.Sprintf("a frame of %v", at), func(screen string) bool {
		lines := strings.Split(strings.TrimSuffix(screen, "\n"), "\n")
		frames := 0
		for _, line := range lines {
			if utf8.RuneCountInString(line) == at.width && strings.ContainsAny(line[len(line)-3:], "│╮╯") {
				frames++
			}
		}
		return len(lines) == at.height && frames >= at.height-5
	})
}

func TestAtTheSmallestSizeAStripStandsForThePendingPane(t *testing.T) {
	t.Parallel()
	p := tryOut(t, size{80, 17}, "--timeout", long.String())
	p.WaitMatch(`(?m)^ 2 Pending  nothing sent yet`)
	p.SendKeys("M-Enter")
	p.WaitMatch(`(?m)^ 2 Pending  \S+` + discoRow)
	p.asks("q1", "silent"+bots)
	p.WaitMatch(`(?m)^ 2 Pending  q1 get ping → silent@\S+ +█+[▏▎▍▌▋▊▉]? +` + spelt)
	p.SendKeys("M-3")
	p.shows("3 Log", `→ get +q1`)
	p.WaitMatch(`(?m)^ 2 Pending  q1 `)
	p.SendKeys("M-2") // the pane itself
	p.shows("2 Pending", `(?s)▸ q1 .*disco#info`)
	if strips := regexp.MustCompile(`(?m)^ 2 Pending`).FindAllString(p.Screen.Screen(), -1); len(strips) != 0 {
		t.Errorf("the strip stands below the pane that it stands for:\n%s", p.Screen.Screen())
	}
}

var rendition = regexp.MustCompile("\x1b\\[([0-9;:]*)m")

func TestWithNoColorTheSelectionIsAMarkAndNothingIsColoured(t *testing.T) {
	atBothSizes(t, func(t *testing.T, at size) {
		p := sitDown(t, at, []string{"NO_COLOR=1"})
		p.WaitFor("● online")
		p.SendKeys("M-Enter", "M-2")
		p.shows("2 Pending", `▸ \S+`+discoRow)
		p.SendKeys("M-3", "v")
		p.selects(`→ get`)
		p.SendKeys("Enter")
		p.SendKeys("M-4")
		p.shows("4 Inspect", `disco#info`)
		p.leaves()
		for _, match := range rendition.FindAllStringSubmatch(string(p.Output()), -1) {
			for code := range strings.SplitSeq(match[1], ";") {
				// Colours are 30–49 and 90–107; below are bold, reverse and the like.
				if n, _ := strconv.Atoi(code); n >= 30 {
					t.Fatalf("the program has written the colour %q", match[0])
				}
			}
		}
	})
}

func TestWithColourThereIsColour(t *testing.T) {
	t.Parallel()
	p := tryOut(t, narrow)
	p.leaves()
	if !regexp.MustCompile("\x1b\\[[0-9;]*38;5;").Match(p.Output()) && !regexp.MustCompile("\x1b\\[[0-9;]*3[0-7][;m]").Match(p.Output()) {
		t.Error("no colour was written, so that the test without colour shows nothing")
	}
}
