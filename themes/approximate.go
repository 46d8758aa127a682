package themes

import (
	"cmp"
	"strconv"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// direction is to which side of what was meant an approximation may go.
type direction int

const (
	either direction = iota
	lighter
	darker
)

// away is the direction in which the text of a theme stands out better from what is behind it.
func (l look) away() direction {
	switch {
	case cmp.Or(l.base, l.name) == NameNeutral, cmp.Or(l.base, l.name) == NameANSI:
		return either // nobody knows
	case l.dark:
		return lighter
	}
	return darker
}

func (d direction) opposite() direction {
	switch d {
	case lighter:
		return darker
	case darker:
		return lighter
	}
	return either
}

// colourFor is a colour as a terminal with so many of them draws it. Of 256, the nearest in a direction
// is taken: the simply nearest one can be as near to the background. Below that only those by number
// are drawn.
func colourFor(name string, profile termenv.Profile, d direction) lipgloss.TerminalColor {
	r, g, b, ok := rgb(name)
	switch {
	case name == "", !ok && name[0] == '#':
		return lipgloss.NoColor{}
	case profile == termenv.ANSI && !ofSixteen(name):
		return lipgloss.NoColor{}
	case !ok, profile == termenv.TrueColor:
		return lipgloss.Color(name)
	case profile == termenv.ANSI256:
		return lipgloss.Color(strconv.Itoa(nearest256(r, g, b, d)))
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

func nearest256(r, g, b int, d direction) int {
	best, least := 0, -1
	meant := luminance(r, g, b)
	for n := firstOfCube; n < colours256; n++ {
		r2, g2, b2 := of256(n)
		if l := luminance(r2, g2, b2); d == lighter && l < meant || d == darker && l > meant {
			continue
		}
		distance := (r-r2)*(r-r2) + (g-g2)*(g-g2) + (b-b2)*(b-b2)
		if least < 0 || distance < least {
			best, least = n, distance
		}
	}
	return best // black and white see to it that there is one
}
