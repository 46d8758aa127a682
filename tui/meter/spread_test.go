package meter

import (
	"testing"
	"time"

	"iqscope/themes"

	"pgregory.net/rapid"
)

const ms = time.Millisecond

func TestASparkShowsTheLastValues(t *testing.T) {
	values := []time.Duration{900 * ms, 10 * ms, 20 * ms, 80 * ms, 45 * ms}
	for _, c := range []struct {
		name   string
		values []time.Duration
		cells  int
		g      themes.Glyphs
		want   string
	}{
		{"the last four", values, 4, themes.Rounded(), "▁▂█▅"},
		{"in ASCII", values, 4, themes.StillASCII(), ".:@+"},
		{"more room than values", values[1:], 20, themes.Rounded(), "▁▂█▅"},
		{"all the same", []time.Duration{ms, ms}, 5, themes.Rounded(), "▁▁"},
		{"none", nil, 5, themes.Rounded(), ""},
		{"no room", values, 0, themes.Rounded(), ""},
	} {
		if got := Spark(c.values, c.cells, c.g).String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAHistogramHasRoundBins(t *testing.T) {
	values := []time.Duration{11 * ms, 12 * ms, 12 * ms, 18 * ms, 21 * ms, 30 * ms, 58 * ms}
	want := []struct {
		label, bar string
		count      int
	}{{"10 ms", "████", 4}, {"20 ms", "█", 1}, {"30 ms", "█", 1}, {"40 ms", "", 0}, {"50 ms", "█", 1}}
	got := Histogram(values, 6, 4, themes.Rounded())
	if len(got) != len(want) {
		t.Fatalf("there are %d bins, want %d", len(got), len(want))
	}
	for i, b := range got {
		if b.Label.String() != want[i].label || b.Bar.String() != want[i].bar || b.Count != want[i].count {
			t.Errorf("bin %d is %q %q %d, want %v", i, b.Label, b.Bar, b.Count, want[i])
		}
	}
	if got := Histogram(values, 6, 4, themes.StillASCII())[0].Bar.String(); got != "####" {
		t.Errorf("in ASCII the longest bar is %q", got)
	}
}

func TestEveryValueIsInItsBin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Map(rapid.Int64Range(0, int64(72*time.Hour)), func(n int64) time.Duration { return time.Duration(n) })).Draw(t, "values")
		bins, cells := rapid.IntRange(1, 20).Draw(t, "bins"), rapid.IntRange(1, 40).Draw(t, "cells")
		drawn := Histogram(values, bins, cells, themes.Rounded())
		if len(drawn) > bins {
			t.Fatalf("%d bins, want %d at most", len(drawn), bins)
		}
		sum := 0
		for _, b := range drawn {
			inside := 0
			for _, v := range values {
				if v >= b.From && v < b.To {
					inside++
				}
			}
			if inside != b.Count {
				t.Fatalf("%d values are from %v up to %v, and %d are counted", inside, b.From, b.To, b.Count)
			}
			if b.Bar.Width() > cells || (b.Count > 0) != (b.Bar.Width() > 0) {
				t.Fatalf("a bar for %d has %d of %d cells", b.Count, b.Bar.Width(), cells)
			}
			sum += b.Count
		}
		if sum != len(values) {
			t.Fatalf("%d values are drawn, of %d", sum, len(values))
		}
	})
}
