package editor

import (
	"github.com/charmbracelet/lipgloss"

	"iqscope/themes"
)

// Light is a part of a line that is to be seen among the others. Unlike a [Mark] it says nothing of
// what is right.
type Light struct {
	Start, End int // bytes
	Kind       LightKind
}

// LightKind says why a part of a line is to be seen.
type LightKind int

// The kinds.
const (
	_       LightKind = iota
	Found             // a search found it
	Partner           // it belongs to what the cursor is on
	Stray             // nothing belongs to it
)

// reaches says whether it covers a character.
func (l Light) reaches(col, size int) bool { return l.Start < col+size && col < l.End }

// style is how text is drawn that has a style of its own.
func (k LightKind) style(style lipgloss.Style, theme themes.Theme) lipgloss.Style {
	switch k {
	case Found:
		return theme.Match
	case Partner:
		return style.Underline(true).Bold(true)
	case Stray:
		return theme.Error.Underline(true)
	}
	return style
}
