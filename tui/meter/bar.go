// Package meter draws small pictures of numbers in cells of the screen: how much is left of a time,
// and how round trips are spread.
package meter

import (
	"strings"
	"time"

	"iqscope/internal/safetext"
	"iqscope/themes"
)

// Bar is what is left of a whole, in exactly so many cells, as finely as the glyphs allow: full at
// the start, and empty only when nothing is left.
func Bar(left, whole time.Duration, cells int, g themes.Glyphs) safetext.Text {
	if cells <= 0 {
		return safetext.Text{}
	}
	parts := len(g.Bar)
	n := 0
	switch {
	case whole <= 0 || left <= 0:
	case left >= whole:
		n = parts * cells
	default:
		n = max(1, int(float64(parts*cells)*(float64(left)/float64(whole))+0.5))
	}
	text := strings.Repeat(g.Bar[0], n/parts)
	if rest := n % parts; rest > 0 {
		text += g.Bar[parts-rest]
	}
	return safetext.CleanLine(text + strings.Repeat(g.Void, cells-(n+parts-1)/parts))
}
