package highlight

import (
	"github.com/alecthomas/chroma/v2"
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
)

// Part is what a piece of XML is, said by whoever has its tree and needs no lexer to know.
type Part uint8

// The parts.
const (
	Text      Part = iota
	Tag            // "<name", ">", "</name>"
	Attribute      // its name
	Equals
	Value  // with its quotes
	Entity // a reference
	Faulty
)

var parts = [...]chroma.TokenType{
	Text: chroma.Text, Tag: chroma.NameTag, Attribute: chroma.NameAttribute, Equals: chroma.Operator,
	Value: chroma.LiteralString, Entity: chroma.NameEntity, Faulty: chroma.Error,
}

// Paint returns a piece of XML in its colours. It is cheap, whatever else stands around it.
func (h *Highlighter) Paint(part Part, text safetext.Text) string {
	ink := h.colours[parts[part]]
	return ink.before + text.String() + ink.after
}

// Style is how a part is drawn, to be put over something else.
func (h *Highlighter) Style(part Part) lipgloss.Style { return h.colours[parts[part]].style }
