package highlight

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/styles"
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

// newPalette returns the styles of a theme; nil if it has no colours.
func newPalette(theme themes.Theme) palette {
	source, ok := styles.Registry[theme.Chroma]
	if !ok {
		return nil
	}
	p := palette{}
	for _, kind := range coloured {
		style := theme.Error
		if kind != chroma.Error {
			style = fromChroma(source.Get(kind), theme.Renderer)
		}
		// Rendering once and writing that round each text is many times faster than rendering each
		// text.
		before, after, _ := strings.Cut(style.Render("x"), "x")
		p[kind] = ink{style, before, after}
	}
	return p
}

func fromChroma(entry chroma.StyleEntry, r *lipgloss.Renderer) lipgloss.Style {
	style := r.NewStyle().Bold(entry.Bold == chroma.Yes).Italic(entry.Italic == chroma.Yes).Underline(entry.Underline == chroma.Yes)
	if entry.Colour.IsSet() {
		style = style.Foreground(lipgloss.Color(entry.Colour.String()))
	}
	return style
}
