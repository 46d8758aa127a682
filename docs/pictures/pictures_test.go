package main

import (
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
)

func TestStylesAreTakenApart(t *testing.T) {
	for _, row := range []struct {
		screen string
		want   [][]run
	}{
		{"plain\n", [][]run{{{style{}, "plain", 5}}}},
		{"a\x1b[1mb\x1b[0mc", [][]run{{{style{}, "a", 1}, {style{bold: true}, "b", 1}, {style{}, "c", 1}}}},
		{"\x1b[38;5;196mred\x1b[39m.", [][]run{{{style{fore: "196"}, "red", 3}, {style{}, ".", 1}}}},
		{"\x1b[38;2;1;2;255mx", [][]run{{{style{fore: "#0102ff"}, "x", 1}}}},
		{"\x1b[48:5:7m \x1b[91;42m!", [][]run{{{style{back: "7"}, " ", 1}, {style{fore: "9", back: "2"}, "!", 1}}}},
		{"\x1b[2;4;7mx\x1b[22;24;27my", [][]run{{{style{faint: true, underline: true, backward: true}, "x", 1}, {style{}, "y", 1}}}},
		{"\x1b[1mover\nlines\x1b[m", [][]run{{{style{bold: true}, "over", 4}}, {{style{bold: true}, "lines", 5}}}},
		{"世\u0301界", [][]run{{{style{}, "世\u0301界", 4}}}},
		{"\x1b[38mx\x1b[38;5mx\x1b[99mx", [][]run{{{style{}, "xxx", 3}}}},
		{"\n\n", [][]run{nil, nil}},
	} {
		got, err := parse(row.screen)
		if err != nil || !reflect.DeepEqual(got, row.want) {
			t.Errorf("%q is %+v (%v), want %+v", row.screen, got, err, row.want)
		}
	}
}

func TestWhatIsNoStyleIsNoPartOfAScreen(t *testing.T) {
	for _, screen := range []string{"\x1b[2J", "\x1b]0;t\a", "a\x1b[1", "\x1b[?25l"} {
		if got, err := parse(screen); err == nil {
			t.Errorf("%q is %+v", screen, got)
		}
	}
}

func TestAPictureIsWellFormedAndHasWhatIsOnTheScreen(t *testing.T) {
	rows, err := parse("<iq> & \x1b[1;38;5;196mred\x1b[0m\n\x1b[7m  sel \x1b[0m")
	if err != nil {
		t.Fatal(err)
	}
	for _, frames := range []int{1, 3} {
		var screens [][][]run
		var seconds []float64
		for range frames {
			screens, seconds = append(screens, rows), append(seconds, 1)
		}
		svg := draw("a <title>", screens, seconds, 20, 2, dark)
		for _, want := range []string{"&lt;iq&gt; &amp;</text>", "fill:#ff0000;font-weight:bold", ">red</text>", "fill:" + dark.fore + "}", ">sel</text>", "a &lt;title&gt;"} {
			if !strings.Contains(svg, want) {
				t.Errorf("the picture of %d screens has no %q:\n%s", frames, want, svg)
			}
		}
		if animated := strings.Contains(svg, "@keyframes"); animated != (frames > 1) {
			t.Errorf("a picture of %d screens moves: %v", frames, animated)
		}
		for d := xml.NewDecoder(strings.NewReader(svg)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("the picture is no XML: %v\n%s", err, svg)
			}
		}
	}
}

func TestColoursOf256(t *testing.T) {
	for c, want := range map[colour]string{"16": "#000000", "196": "#ff0000", "231": "#ffffff", "232": "#080808", "255": "#eeeeee", "1": dark.basic[1], "#123456": "#123456", "999": dark.fore} {
		if got := dark.hex(c); got != want {
			t.Errorf("%s is %s, want %s", c, got, want)
		}
	}
	if got := mixed("#000000", "#ff8040"); got != "#7f4020" {
		t.Errorf("half way is %s", got)
	}
}

func TestEveryScenesNameAndSizeIsOfUse(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range scenes {
		if seen[s.name] || s.width < 40 || s.height < 10 || len(s.steps) == 0 {
			t.Errorf("%s is there twice, too small, or has nothing to do", s.name)
		}
		seen[s.name] = true
	}
}
