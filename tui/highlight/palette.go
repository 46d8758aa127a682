package highlight

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/charmbracelet/lipgloss"

	"iqscope/themes"
)

// palette turns kinds of tokens into styles. It is read-only once made.
type palette map[chroma.TokenType]ink

// ink is a style, and what it writes before and after a text.
type ink struct {
	style         lipgloss.Style
	before, after string
}

// coloured are the kinds of tokens that the lexer makes, except plain text.
var coloured = []chroma.TokenType{
	chroma.NameTag, chroma.NameAttribute, chroma.NameEntity, chroma.LiteralString, chroma.Operator,
	chroma.Comment, chroma.CommentPreproc, chroma.Error,
}

// newPalette returns the styles of a theme; nil if it highlights nothing.
func newPalette(theme themes.Theme) palette {
	of := own(theme)
	if theme.Chroma != themes.OwnSyntax {
		syntax, ok := themes.SyntaxNamed(theme.Chroma)
		if !ok {
			return nil
		}
		of = func(kind chroma.TokenType) lipgloss.Style { return drawn(described(syntax, kind), theme) }
	}
	p := palette{}
	for _, kind := range coloured {
		style := theme.Error
		if kind != chroma.Error {
			style = of(kind)
		}
		// Rendering once and writing that round each text is many times faster than rendering each
		// text.
		before, after, _ := strings.Cut(style.Render("x"), "x")
		p[kind] = ink{style, before, after}
	}
	return p
}

// own are the styles of a theme that has no chroma style, or not enough colours for one.
func own(theme themes.Theme) func(chroma.TokenType) lipgloss.Style {
	return func(kind chroma.TokenType) lipgloss.Style {
		switch kind {
		case chroma.NameTag:
			return theme.Info.Bold(true)
		case chroma.NameAttribute:
			return theme.In
		case chroma.LiteralString:
			return theme.Out
		case chroma.NameEntity:
			return theme.Warning
		}
		return theme.Muted
	}
}

// described is what a syntax says of a kind of token.
func described(syntax themes.Syntax, kind chroma.TokenType) string {
	switch kind {
	case chroma.NameTag:
		return syntax.Tag
	case chroma.NameAttribute:
		return syntax.Attribute
	case chroma.LiteralString:
		return syntax.Value
	case chroma.NameEntity:
		return syntax.Entity
	case chroma.Operator:
		return syntax.Operator
	case chroma.Comment:
		return syntax.Comment
	}
	return syntax.Instruction
}

// drawn is a style as the theme's terminal can draw it.
func drawn(description string, theme themes.Theme) lipgloss.Style {
	entry, _ := chroma.ParseStyleEntry(description) // a test reads all of them
	style := theme.Renderer.NewStyle()
	if entry.Colour.IsSet() {
		style = theme.Coloured(entry.Colour.String())
	}
	return style.Bold(entry.Bold == chroma.Yes).Italic(entry.Italic == chroma.Yes).Underline(entry.Underline == chroma.Yes)
}
