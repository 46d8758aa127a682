package highlight

import (
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/styles"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"iqscope/themes"
)

func TestXMLIsDrawnAsChromasStylesSay(t *testing.T) {
	renderer := lipgloss.NewRenderer(nil)
	renderer.SetColorProfile(termenv.TrueColor)
	theme, _ := themes.ByName(themes.NameDark, renderer)
	for name, style := range styles.Registry {
		theme.Chroma = name
		p := newPalette(theme)
		for _, kind := range coloured {
			if kind == chroma.Error {
				continue
			}
			entry := style.Get(kind)
			want := renderer.NewStyle()
			if entry.Colour.IsSet() {
				want = theme.Coloured(entry.Colour.String())
			}
			want = want.Bold(entry.Bold == chroma.Yes).Italic(entry.Italic == chroma.Yes).Underline(entry.Underline == chroma.Yes)
			if got := p[kind].style.Render("x"); got != want.Render("x") {
				t.Errorf("%s draws %s as %q, want %q", name, kind, got, want.Render("x"))
			}
		}
	}
}
