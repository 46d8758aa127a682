package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A colour is what a terminal was told: empty for its own, an index of 256, or "#rrggbb".
type colour string

// A style is how a cell is drawn.
type style struct {
	fore, back                       colour
	bold, faint, underline, backward bool // backward: fore and back change places
	italic                           bool
}

// A run is neighbouring cells of one style.
type run struct {
	style style
	text  string
	cells int
}

// parse takes a screen apart, as tmux prints it: text, and the sequences that change the style. A
// style lasts from line to line. Other sequences are no part of a screen.
func parse(screen string) ([][]run, error) {
	var rows [][]run
	var now style
	for line := range strings.Lines(screen) {
		line = strings.TrimSuffix(line, "\n")
		var row []run
		for line != "" {
			if rest, ok := strings.CutPrefix(line, "\x1b["); ok {
				parameters, after, ok := strings.Cut(rest, "m")
				if !ok || strings.Trim(parameters, "0123456789;:") != "" {
					return nil, fmt.Errorf("a sequence that is no style: %.20q", line)
				}
				now = now.with(parameters)
				line = after
				continue
			}
			text, after := line, ""
			if i := strings.IndexByte(line, '\x1b'); i == 0 {
				return nil, fmt.Errorf("a sequence that is no style: %.20q", line)
			} else if i > 0 {
				text, after = line[:i], line[i:]
			}
			if n := len(row); n > 0 && row[n-1].style == now {
				row[n-1].text += text
				row[n-1].cells += width(text)
			} else {
				row = append(row, run{now, text, width(text)})
			}
			line = after
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// with is the style after a sequence of parameters (SGR of ECMA-48, with the colours of xterm). What
// is unknown changes nothing.
func (s style) with(parameters string) style {
	if parameters == "" {
		return style{}
	}
	codes := strings.FieldsFunc(parameters, func(r rune) bool { return r == ';' || r == ':' })
	for i := 0; i < len(codes); i++ {
		n, err := strconv.Atoi(codes[i])
		if err != nil {
			continue
		}
		switch {
		case n == 0:
			s = style{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.faint = true
		case n == 3:
			s.italic = true
		case n == 4:
			s.underline = true
		case n == 7:
			s.backward = true
		case n == 22:
			s.bold, s.faint = false, false
		case n == 23:
			s.italic = false
		case n == 24:
			s.underline = false
		case n == 27:
			s.backward = false
		case n >= 30 && n <= 37:
			s.fore = colour(strconv.Itoa(n - 30))
		case n >= 90 && n <= 97:
			s.fore = colour(strconv.Itoa(n - 90 + 8))
		case n >= 40 && n <= 47:
			s.back = colour(strconv.Itoa(n - 40))
		case n >= 100 && n <= 107:
			s.back = colour(strconv.Itoa(n - 100 + 8))
		case n == 39:
			s.fore = ""
		case n == 49:
			s.back = ""
		case n == 38 || n == 48:
			c, used := extended(codes[i+1:])
			i += used
			if n == 38 {
				s.fore = c
			} else {
				s.back = c
			}
		}
	}
	return s
}

// extended reads what stands behind 38 or 48: 5 and an index, or 2 and three parts.
func extended(codes []string) (c colour, used int) {
	switch {
	case len(codes) >= 2 && codes[0] == "5":
		return colour(codes[1]), 2
	case len(codes) >= 4 && codes[0] == "2":
		var parts [3]int
		for i := range parts {
			parts[i], _ = strconv.Atoi(codes[1+i])
		}
		return colour(fmt.Sprintf("#%02x%02x%02x", parts[0]&0xff, parts[1]&0xff, parts[2]&0xff)), 4
	}
	return "", len(codes)
}

// width is how many cells a text has, as far as pictures need to know: marks have none, what is
// written in East Asia two.
func width(text string) (cells int) {
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case r >= 0x1100 && unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana), r >= 0x1f300 && r <= 0x1faff, r >= 0xff01 && r <= 0xff60:
			cells += 2
		default:
			cells++
		}
	}
	return cells
}
