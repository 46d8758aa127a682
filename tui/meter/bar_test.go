package meter

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/themes"
)

func TestABarShowsWhatIsLeftToAnEighthOfACell(t *testing.T) {
	const s = time.Second
	for _, row := range []struct {
		left, whole time.Duration
		cells       int
		want        string
	}{
		{30 * s, 30 * s, 10, "██████████"},
		{40 * s, 30 * s, 4, "████"},
		{15 * s, 30 * s, 4, "██"},
		{16 * s, 30 * s, 4, "██▏"},
		{29 * s, 30 * s, 4, "███▉"},
		{time.Nanosecond, 30 * s, 4, "▏"},
		{0, 30 * s, 4, ""},
		{-s, 30 * s, 4, ""},
		{s, 0, 4, ""},
		{s, s, 0, ""},
		{1 << 62, 1<<62 + 1, 2, "██"},
	} {
		got := Bar(row.left, row.whole, row.cells, themes.Rounded())
		if strings.TrimRight(got.String(), " ") != row.want || got.Width() != row.cells {
			t.Errorf("%v of %v in %d cells is %q, want %q", row.left, row.whole, row.cells, got, row.want)
		}
	}
	if got := Bar(10*s, 30*s, 4, themes.StillASCII()).String(); got != "#..." {
		t.Errorf("in ASCII it is %q", got)
	}
	if got := Bar(11*s, 30*s, 4, themes.Square()).String(); got != "█▌  " {
		t.Errorf("in two steps a cell it is %q", got)
	}
}

func TestABarOnlyGetsShorter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := time.Duration(rapid.Int64Range(1, 1<<60).Draw(t, "whole"))
		left := time.Duration(rapid.Int64Range(1, int64(whole)).Draw(t, "left"))
		less := time.Duration(rapid.Int64Range(1, int64(left)).Draw(t, "less"))
		cells := rapid.IntRange(1, 20).Draw(t, "cells")
		filled := func(d time.Duration) int {
			return strings.Count(Bar(d, whole, cells, themes.StillASCII()).String(), "#")
		}
		if one, two := filled(left), filled(less); two > one || one > cells || two < 1 {
			t.Fatalf("%d of %d cells, then %d", one, cells, two)
		}
	})
}
