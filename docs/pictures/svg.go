package main

import (
	"fmt"
	"html"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A page is what a terminal is drawn on.
type page struct {
	fore, back, bar, line string
	basic                 [16]string // the colours that have names
}

var (
	dark = page{"#d0d4dc", "#16181d", "#23262e", "#3a3f4b", [16]string{
		"#1c1f26", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4",
		"#7f848e", "#ef8a92", "#b1d995", "#f0d399", "#82c4ff", "#d89bea", "#7fd0da", "#ffffff",
	}}
	light = page{"#24292f", "#ffffff", "#eef1f4", "#c9d1d9", [16]string{
		"#24292f", "#b3261e", "#1a6b2a", "#7a5200", "#0a53b8", "#7a2fa0", "#0b6b75", "#57606a",
		"#6e7781", "#cf3b32", "#2a8a3e", "#96680a", "#2370db", "#9a4fc0", "#1f8792", "#f6f8fa",
	}}
)

// hex is the colour on this page.
func (p page) hex(c colour) string {
	if strings.HasPrefix(string(c), "#") {
		return string(c)
	}
	n, err := strconv.Atoi(string(c))
	switch {
	case err != nil || n < 0 || n > 255:
		return p.fore
	case n < 16:
		return p.basic[n]
	case n < 232:
		part := func(v int) int {
			if v == 0 {
				return 0
			}
			return 55 + 40*v
		}
		n -= 16
		return fmt.Sprintf("#%02x%02x%02x", part(n/36), part(n/6%6), part(n%6))
	}
	grey := 8 + 10*(n-232)
	return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey)
}

// mixed is a colour half way to another one.
func mixed(a, b string) string {
	var m [3]int64
	for i := range m {
		x, _ := strconv.ParseInt(a[1+2*i:3+2*i], 16, 0)
		y, _ := strconv.ParseInt(b[1+2*i:3+2*i], 16, 0)
		m[i] = (x + y) / 2
	}
	return fmt.Sprintf("#%02x%02x%02x", m[0], m[1], m[2])
}

// Sizes in pixels: a cell, what is around the screen, and the bar above it.
const (
	cellWidth, cellHeight = 8.4, 17.0
	margin, barHeight     = 12.0, 28.0
	fontSize              = 14
	fonts                 = "ui-monospace, 'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
)

// draw makes an SVG of screens of one size. Several follow each other, each for as many seconds as
// it says, and then begin anew; who wants no motion sees the last one.
func draw(title string, screens [][][]run, seconds []float64, columns, rows int, p page) string {
	w, h := 2*margin+float64(columns)*cellWidth, barHeight+2*margin+float64(rows)*cellHeight
	classes := map[string]string{} // of styles, by what they say
	var body strings.Builder
	for i, screen := range screens {
		if len(screens) > 1 {
			fmt.Fprintf(&body, "<g class=\"frame f%d\">\n", i)
		}
		drawScreen(&body, screen, p, classes)
		if len(screens) > 1 {
			body.WriteString("</g>\n")
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" viewBox=\"0 0 %g %g\" role=\"img\" aria-label=\"%s\">\n", w, h, w, h, html.EscapeString(title))
	fmt.Fprintf(&b, "<title>%s</title>\n<style>\ntext{font:%dpx %s;white-space:pre;fill:%s}\n", html.EscapeString(title), fontSize, fonts, p.fore)
	for _, rule := range slices.Sorted(maps.Keys(classes)) {
		fmt.Fprintf(&b, ".%s{%s}\n", classes[rule], rule)
	}
	animate(&b, seconds)
	b.WriteString("</style>\n")
	fmt.Fprintf(&b, "<rect width=\"%g\" height=\"%g\" rx=\"8\" fill=\"%s\" stroke=\"%s\"/>\n", w, h, p.back, p.line)
	fmt.Fprintf(&b, "<path d=\"M0 %g h%g M0 %g\" stroke=\"%s\"/>\n", barHeight, w, barHeight, p.line)
	fmt.Fprintf(&b, "<text x=\"%g\" y=\"19\" text-anchor=\"middle\" opacity=\".7\">%s</text>\n", w/2, html.EscapeString(title))
	b.WriteString(body.String())
	b.WriteString("</svg>\n")
	return b.String()
}

// animate shows one frame after the other.
func animate(b *strings.Builder, seconds []float64) {
	if len(seconds) < 2 {
		return
	}
	// Where nothing moves, the last one is there.
	fmt.Fprintf(b, ".frame{visibility:hidden}.f%d{visibility:visible}\n", len(seconds)-1)
	var all, at float64
	for _, s := range seconds {
		all += s
	}
	for i, s := range seconds {
		from, to := 100*at/all, 100*(at+s)/all
		at += s
		hidden := "visibility:hidden"
		fmt.Fprintf(b, "@keyframes k%d{", i)
		if from > 0 {
			fmt.Fprintf(b, "0%%{%s}", hidden)
		}
		fmt.Fprintf(b, "%.2f%%{visibility:visible}", from)
		if i < len(seconds)-1 {
			fmt.Fprintf(b, "%.2f%%{%s}100%%{%s}", to, hidden, hidden)
		} else {
			b.WriteString("100%{visibility:visible}")
		}
		fmt.Fprintf(b, "}\n.f%d{animation:k%d %gs step-end infinite}\n", i, i, all)
	}
	b.WriteString("@media (prefers-reduced-motion:reduce){g.frame{animation:none}}\n")
}

func drawScreen(b *strings.Builder, screen [][]run, p page, classes map[string]string) {
	class := func(rule string) string {
		if classes[rule] == "" {
			classes[rule] = fmt.Sprintf("c%d", len(classes))
		}
		return classes[rule]
	}
	for y, row := range screen {
		top := barHeight + margin + float64(y)*cellHeight
		x := 0
		for _, r := range row {
			left := margin + float64(x)*cellWidth
			wide := float64(r.cells) * cellWidth
			x += r.cells
			fore, back := p.fore, ""
			if r.style.fore != "" {
				fore = p.hex(r.style.fore)
			}
			if r.style.back != "" {
				back = p.hex(r.style.back)
			}
			if r.style.backward {
				if back == "" {
					back = p.back
				}
				fore, back = back, fore
			}
			if r.style.faint {
				under := back
				if under == "" {
					under = p.back
				}
				fore = mixed(fore, under)
			}
			if back != "" {
				fmt.Fprintf(b, "<rect class=\"%s\" x=\"%.1f\" y=\"%g\" width=\"%.1f\" height=\"%g\"/>", class("fill:"+back), left, top, wide, cellHeight)
			}
			text := strings.TrimRight(r.text, " ")
			blank := len(text) - len(strings.TrimLeft(text, " "))
			if text == "" && !r.style.underline {
				continue
			}
			text = text[blank:]
			rule := "fill:" + fore
			if r.style.bold {
				rule += ";font-weight:bold"
			}
			if r.style.italic {
				rule += ";font-style:italic"
			}
			if r.style.underline {
				rule += ";text-decoration:underline"
			}
			fmt.Fprintf(b, "<text class=\"%s\" x=\"%.1f\" y=\"%g\" textLength=\"%.1f\">%s</text>", class(rule),
				left+float64(blank)*cellWidth, top+cellHeight-4, float64(width(text))*cellWidth, html.EscapeString(text))
		}
		b.WriteString("\n")
	}
}
