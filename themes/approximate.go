package themes

import (
	"cmp"
	"strconv"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// side is where text must lie in luminance to stand out from all that a theme puts behind it. The
// zero value takes any.
type side struct {
	light, dark bool // lighter than the bound, or darker
	bound       float64
}

func (s side) takes(luminance float64) bool {
	return (!s.light || luminance >= s.bound) && (!s.dark || luminance <= s.bound)
}

// shaded is the darkest that a light terminal's background is, and litten the lightest that a dark
// one's is.
const shaded, litten = "#fdf6e3", "#282c34"

// text is where the theme's text lies: beyond the contrast that it has with the background nearest to
// it.
func (l look) text() side {
	of := cmp.Or(l.base, l.name)
	ratio := Readable
	switch of {
	case NameNeutral, NameANSI:
		return side{} // nobody knows the background
	case NameContrast, NameContrastLight:
		ratio = Sharp
	}
	grounds := []string{litten}
	if !l.dark {
		grounds = []string{shaded}
	}
	for _, role := range []string{"selected", "selected-idle", "status"} {
		grounds = append(grounds, cmp.Or(l.inks[role].bg256, l.inks[role].bg))
	}
	s := side{light: l.dark, dark: !l.dark}
	for i, ground := range grounds {
		r, g, b, ok := rgb(ground)
		if n, err := strconv.Atoi(ground); err == nil && n >= firstOfCube {
			r, g, b = of256(n)
			ok = true
		}
		if !ok {
			continue
		}
		if i > 0 && ground[0] == '#' { // as it is drawn
			r, g, b = of256(nearest256(r, g, b, side{light: s.dark, dark: s.light, bound: luminance(r, g, b)}))
		}
		bound := ratio*(luminance(r, g, b)+0.05) - 0.05
		if s.dark {
			bound = (luminance(r, g, b)+0.05)/ratio - 0.05
		}
		if i == 0 || s.light && bound > s.bound || s.dark && bound < s.bound {
			s.bound = bound
		}
	}
	return s
}

// behind is where a background lies that may be no nearer to the text than what was meant.
func (s side) behind(name string) side {
	r, g, b, _ := rgb(name)
	return side{light: s.dark, dark: s.light, bound: luminance(r, g, b)}
}

// colourFor is a colour as a terminal with so many of them draws it. Of 256, the nearest on a side
// is taken: the simply nearest one can be too near to the background. Below that only those by number
// are drawn.
func colourFor(name string, profile termenv.Profile, within side) lipgloss.TerminalColor {
	r, g, b, ok := rgb(name)
	switch {
	case name == "", !ok && name[0] == '#':
		return lipgloss.NoColor{}
	case profile == termenv.ANSI && !ofSixteen(name):
		return lipgloss.NoColor{}
	case !ok, profile == termenv.TrueColor:
		return lipgloss.Color(name)
	case profile == termenv.ANSI256:
		return lipgloss.Color(strconv.Itoa(nearest256(r, g, b, within)))
	}
	return lipgloss.NoColor{}
}

// rgb reads #rrggbb.
func rgb(name string) (r, g, b int, ok bool) {
	if len(name) != 7 || name[0] != '#' {
		return 0, 0, 0, false
	}
	n, err := strconv.ParseUint(name[1:], 16, 32)
	return int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff), err == nil
}

// The colours from 16 on are a cube of 6 steps a side, then greys; all terminals have them alike.
const firstOfCube, firstGrey, colours256 = 16, 232, 256

var cubeSteps = [6]int{0, 95, 135, 175, 215, 255}

// of256 is one of the colours from 16 on.
func of256(n int) (r, g, b int) {
	if n >= firstGrey {
		grey := 8 + 10*(n-firstGrey)
		return grey, grey, grey
	}
	n -= firstOfCube
	return cubeSteps[n/36], cubeSteps[n/6%6], cubeSteps[n%6]
}

// nearest256 is the nearest of the colours from 16 on. One with a hue gets no grey, as the hue tells
// something.
func nearest256(r, g, b int, within side) int {
	best, least := firstOfCube, -1
	hued := max(r, g, b)-min(r, g, b) > 48
	for n := firstOfCube; n < colours256; n++ {
		r2, g2, b2 := of256(n)
		if !within.takes(luminance(r2, g2, b2)) || hued && r2 == g2 && g2 == b2 {
			continue
		}
		distance := (r-r2)*(r-r2) + (g-g2)*(g-g2) + (b-b2)*(b-b2)
		if least < 0 || distance < least {
			best, least = n, distance
		}
	}
	return best
}
