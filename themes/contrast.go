package themes

import "math"

// Contrasts that WCAG 2 asks of text: at level AA, in 1.4.3, and at level AAA, in 1.4.6.
const (
	Readable = 4.5
	Sharp    = 7.0
)

// Contrast is the ratio of contrast between two colours that are written as #rrggbb, from 1 to 21; ok
// is false for others, of which only the terminal knows what they look like.
func Contrast(a, b string) (ratio float64, ok bool) {
	r1, g1, b1, ok1 := rgb(a)
	r2, g2, b2, ok2 := rgb(b)
	if !ok1 || !ok2 {
		return 0, false
	}
	l1, l2 := luminance(r1, g1, b1), luminance(r2, g2, b2)
	return (max(l1, l2) + 0.05) / (min(l1, l2) + 0.05), true
}

// luminance is how light a colour is, from 0 to 1, as WCAG 2 defines it.
func luminance(r, g, b int) float64 {
	linear := func(channel int) float64 {
		v := float64(channel) / 255
		if v <= 0.03928 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
