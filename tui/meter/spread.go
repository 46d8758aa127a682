package meter

import (
	"math"
	"slices"
	"strings"
	"time"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/words"
)

// levels are characters of one cell, from the lowest to the highest; asciiLevels are those of a
// terminal that has no more than ASCII.
var (
	levels = []safetext.Text{
		safetext.Const("▁"), safetext.Const("▂"), safetext.Const("▃"), safetext.Const("▄"),
		safetext.Const("▅"), safetext.Const("▆"), safetext.Const("▇"), safetext.Const("█"),
	}
	asciiLevels = []safetext.Text{
		safetext.Const("."), safetext.Const(":"), safetext.Const("-"), safetext.Const("="), safetext.Const("+"),
		safetext.Const("*"), safetext.Const("#"), safetext.Const("%"), safetext.Const("@"),
	}
)

// Spark draws the last values, one in each cell, the newest at the right: the smallest of those that
// are seen as the lowest character, the largest as the highest. Values that are all the same are
// low.
func Spark(values []time.Duration, cells int, g themes.Glyphs) safetext.Text {
	values = values[max(0, len(values)-max(0, cells)):]
	if len(values) == 0 {
		return safetext.Text{}
	}
	levels := levels
	if g.ASCII {
		levels = asciiLevels
	}
	low, high := slices.Min(values), slices.Max(values)
	drawn := make([]safetext.Text, len(values))
	for i, v := range values {
		level := 0
		if high > low {
			level = int(math.Round(float64(v-low) / float64(high-low) * float64(len(levels)-1)))
		}
		drawn[i] = levels[level]
	}
	return safetext.Concat(drawn...)
}

// Bin is a line of a histogram.
type Bin struct {
	Label safetext.Text // the axis: from which value on
	Bar   safetext.Text
	Count int
	// From and To are the bounds; To is not included.
	From, To time.Duration
}

// Histogram counts values in at most so many bins of the same, round width. The longest bar has as
// many cells as there are; a bin that holds a value at all has a bar. Of no values there is nothing.
func Histogram(values []time.Duration, bins, cells int, g themes.Glyphs) []Bin {
	if len(values) == 0 || bins < 1 {
		return nil
	}
	bounds := scale(slices.Min(values), slices.Max(values), bins)
	drawn := make([]Bin, len(bounds)-1)
	most := 0
	for i := range drawn {
		b := &drawn[i]
		b.From, b.To = bounds[i], bounds[i+1]
		b.Label = safetext.CleanLine(words.Duration(b.From))
	}
	for _, v := range values {
		at, found := slices.BinarySearch(bounds, v)
		if !found {
			at--
		}
		b := &drawn[max(0, min(at, len(drawn)-1))]
		b.Count++
		most = max(most, b.Count)
	}
	for i := range drawn {
		drawn[i].Bar = share(drawn[i].Count, most, cells, g)
	}
	return drawn
}

// share draws a count as a bar that is as long as the cells when it is the most.
func share(count, most, cells int, g themes.Glyphs) safetext.Text {
	if count <= 0 || cells <= 0 {
		return safetext.Text{}
	}
	steps := len(g.Bar) // in a cell
	n := max(1, int(math.Round(float64(count)/float64(most)*float64(cells*steps))))
	bar := strings.Repeat(g.Bar[0], n/steps)
	if end := n % steps; end > 0 {
		bar += g.Bar[steps-end]
	}
	return safetext.CleanLine(bar)
}

// round are the widths that bins have, times a power of ten.
var round = []time.Duration{1, 2, 5}

// scale finds round bounds, at most so many bins apart, that hold all values from the least to the
// most.
func scale(least, most time.Duration, bins int) []time.Duration {
	for unit := 100 * time.Microsecond; ; unit *= 10 {
		for _, r := range round {
			width := r * unit
			from := least / width * width
			n := int((most-from)/width) + 1
			if n > bins && unit < 1000*time.Hour {
				continue
			}
			bounds := make([]time.Duration, min(n, bins)+1)
			for i := range bounds {
				bounds[i] = from + time.Duration(i)*width
			}
			return bounds
		}
	}
}
