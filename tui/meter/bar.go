// Package meter draws small pictures of numbers in cells of the screen: how much is left of a time,
// and how round trips are spread.
package meter

import (
	"strings"
	"time"

	"iqscope/internal/safetext"
)

// eighths are the parts of a cell, from the left.
var eighths = [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// Bar is what is left of a whole, in at most so many cells, to an eighth of a cell: full at the
// start, and empty only when nothing is left.
func Bar(left, whole time.Duration, cells int) safetext.Text {
	if whole <= 0 || left <= 0 || cells <= 0 {
		return safetext.Text{}
	}
	n := 8 * cells
	if left < whole {
		n = max(1, int(float64(n)*(float64(left)/float64(whole))+0.5))
	}
	return safetext.CleanLine(strings.Repeat("█", n/8) + eighths[n%8])
}
