// Package themes names the styles of the screen by what they mean, not by how they look: an error
// is drawn with [Theme.Error], in whatever colour that has.
//
// A theme is chosen once, before the program starts ([Pick]), and handed to whoever draws. It is a
// plain value: nothing here is global, and nothing asks the terminal while drawing. Colour never
// says anything alone: whatever a style tells is told by a letter or a mark too, the selected row
// by [Theme.Marker].
package themes

import (
	"hash/fnv"

	"github.com/charmbracelet/lipgloss"
)

// Names of the themes, as --theme and the configuration spell them.
const (
	NameDark          = "dark"
	NameLight         = "light"
	NameContrast      = "contrast"
	NameContrastLight = "contrast-light"
	NameNeutral       = "neutral" // reads on any background
	NameANSI          = "ansi"    // 16 colours, as the terminal has them
	NameMono          = "mono"
	NamePlain         = "plain"
)

// OwnSyntax is, in place of a chroma style's name, that XML is drawn in the theme's own colours.
const OwnSyntax = "theme"

// Theme is a set of styles. Styles never have margins, padding, borders or a width: each is safe to
// use on part of a line. A Theme is read-only and safe for concurrent use.
type Theme struct {
	// Name is one of the names above, or that of a theme of one's own. No two have the same.
	Name string
	// Dark says that the colours are chosen for a dark background.
	Dark bool
	// Chroma is the name of the chroma style for XML, or [OwnSyntax]; empty means that nothing is
	// highlighted.
	Chroma string
	// Glyphs are what frames and bars are drawn with.
	Glyphs Glyphs
	// Renderer knows how many colours the terminal has. Styles made elsewhere (syntax colours) use
	// it as well.
	Renderer *lipgloss.Renderer

	// Marker stands before the selected row, NoMarker before the others. Both are as wide.
	Marker, NoMarker string
	// CursorGlyph, unless it is empty, is drawn in place of the character under the cursor, for a
	// terminal that has no reverse video.
	CursorGlyph string

	Text  lipgloss.Style // ordinary text
	Muted lipgloss.Style // what may be overlooked: times, hints, line numbers
	Title lipgloss.Style // the title of a pane, and headings
	Dim   lipgloss.Style // all that lies below a window; see [Theme.Dimmed]

	Border        lipgloss.Style // the frame of a pane
	BorderFocused lipgloss.Style // the frame, and the title, of the pane that has the keys

	Selected     lipgloss.Style // the selected row of the focused pane
	SelectedIdle lipgloss.Style // the selected row of any other pane

	Cursor    lipgloss.Style // the character under the editor's cursor
	Selection lipgloss.Style // text selected in the editor
	Match     lipgloss.Style // text that a search has found

	Error   lipgloss.Style // failed, refused, forged
	Warning lipgloss.Style // late, unsure, deserves a look
	Success lipgloss.Style // a result
	Info    lipgloss.Style // neutral news

	In  lipgloss.Style // a stanza received, its arrow
	Out lipgloss.Style // a stanza sent, its arrow

	Get     lipgloss.Style // the word for a question
	Set     lipgloss.Style // the word for a change
	Payload lipgloss.Style // what a stanza carries, by its name
	// Peers are the styles that tell peers apart; see [Theme.Peer].
	Peers []lipgloss.Style

	Countdown       lipgloss.Style // time left
	CountdownUrgent lipgloss.Style // the last seconds

	Tab       lipgloss.Style // one of several views, not shown now
	TabActive lipgloss.Style // the one that is shown

	Status lipgloss.Style // the status line
	Key    lipgloss.Style // a key in help and footer
	Hint   lipgloss.Style // what the key does

	within side // where its text lies
}

// Coloured is the style of a foreground that no role has, written as #rrggbb, as far as the terminal
// can draw it.
func (t Theme) Coloured(colour string) lipgloss.Style {
	return ink{fg: colour}.style(t.Renderer, t.within)
}

// Peer is the style of a peer's address: always the same one for the same address. Two peers may
// share one, so it never says alone who somebody is.
func (t Theme) Peer(address string) lipgloss.Style {
	if len(t.Peers) == 0 || address == "" {
		return t.Text
	}
	h := fnv.New32a()
	h.Write([]byte(address))
	return t.Peers[int(h.Sum32()%uint32(len(t.Peers)))]
}

// Span styles the bytes from Start up to End, not included, of one line of text.
type Span struct {
	Start, End int
	Style      lipgloss.Style
}
