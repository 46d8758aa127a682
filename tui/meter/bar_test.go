package meter

import (
	"testing"
	"time"

	"pgregory.net/rapid"
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
		if got := Bar(row.left, row.whole, row.cells).String(); got != row.want {
			t.Errorf("%v of %v in %d cells is %q, want %q", row.left, row.whole, row.cells, got, row.want)
		}
	}
}

func TestABarOnlyGetsShorter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := time.Duration(rapid.Int64Range(1, 1<<60).Draw(t, "whole"))
		left := time.Duration(rapid.Int64Range(1, int64(whole)).Draw(t, "left"))
		less := time.Duration(rapid.Int64Range(1, int64(left)).Draw(t, "less"))
		cells := rapid.IntRange(1, 20).Draw(t, "cells")
		one, two := Bar(left, whole, cells), Bar(less, whole, cells)
		if two.Width() > one.Width() || one.Width() > cells || two.Width() < 1 {
			t.Fatalf("%q, then %q in %d cells", one, two, cells)
		}
	})
}
