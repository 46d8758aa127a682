// Package byhand is the composer of a connection whose way to a bound stream a person goes element
// by element. The element that would be sensible next is in it as long as nothing else has been
// typed; what has been typed stays.
package byhand

import (
	"regexp"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/editor"
	"iqscope/tui/highlight"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Actions of the way by hand.
const (
	Take keys.Action = "take-offer" // does what is offered, as it is
	Put  keys.Action = "put-offer"  // puts the element that is offered into the composer
	GoOn keys.Action = "go-on"      // goes the rest of the way automatically
)

// Offer is the next sensible thing to do.
type Offer struct {
	// Do says what that is if it is no element, "begin TLS" say; empty while it is the server's
	// turn.
	Do string
	// XML is the element that is offered; empty if it is something else.
	XML string
	// What says what it does and where that stands.
	What string
}

// Empty reports whether nothing is offered.
func (o Offer) Empty() bool { return o.Do == "" && o.XML == "" }

// Pane is the composer. It belongs to the update loop.
type Pane struct {
	theme   themes.Theme
	colours *highlight.Highlighter
	editor  *editor.Editor
	offer   Offer
	breadth int // of the lines of an offer; 0 when it is not known yet
	look    pane.Look
	lines   []string // as they were laid out
	put     string   // what the program put in last, or what was sent: it may be replaced
	checked struct {
		version uint64
		done    bool
		stanza  *stanza.Stanza
		err     error
	}
}

// New returns an empty composer.
func New(theme themes.Theme, colours *highlight.Highlighter) *Pane {
	return &Pane{theme: theme, colours: colours, editor: editor.New("")}
}

// Text is what is in the composer.
func (p *Pane) Text() string { return p.editor.Text() }

// Typed reports whether there is something in the composer that the person wrote and has not sent.
func (p *Pane) Typed() bool {
	return p.Text() != p.put && strings.TrimSpace(p.Text()) != ""
}

// Offer is the last one set.
func (p *Pane) Offer() Offer { return p.offer }

// SetOffer takes in what is offered now.
func (p *Pane) SetOffer(o Offer) {
	if o == p.offer {
		return
	}
	p.offer = o
	if !p.Typed() {
		p.fill(p.laidOut())
	}
}

// SetBreadth says how wide a line may be before an offer is laid out in several. Taken as it is, an
// offer is always one line.
func (p *Pane) SetBreadth(cells int) { p.breadth = cells }

// laidOut is the element that is offered, so that all of it is in sight.
func (p *Pane) laidOut() string {
	xml := p.offer.XML
	if p.breadth <= 0 || safetext.CleanLine(xml).Width() <= p.breadth {
		return xml
	}
	st, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		return xml
	}
	return st.Pretty(p.breadth)
}

// fill puts a text in that may be replaced by the next one.
func (p *Pane) fill(text string) {
	if p.Text() != text {
		if p.editor.SetText(text) != nil {
			return // it is longer than any text may be
		}
		p.editor.SetCursor(editor.Position{})
	}
	p.put = p.Text()
}

// Load puts a text in to be edited. What was there can be had again by undo.
func (p *Pane) Load(text string) error {
	p.put = ""
	return p.editor.SetText(text)
}

// Type inserts typed or pasted characters. The error says that there is no room for them.
func (p *Pane) Type(text string, pasted bool) error {
	if pasted {
		return p.editor.Paste(text)
	}
	return p.editor.Insert(text)
}

// Do runs an action on the text, and reports whether it is one.
func (p *Pane) Do(action keys.Action) bool {
	if action == Put {
		if p.offer.XML != "" {
			p.fill(p.laidOut())
		}
		return true
	}
	return p.editor.Do(editor.Command(action))
}

// Sending says that the text is on its way: the next offer may take its place.
func (p *Pane) Sending() { p.put = p.Text() }

// Refused says that a text was not sent after all: it comes back, unless something else is being
// typed.
func (p *Pane) Refused(text string) {
	if p.Typed() {
		return
	}
	if p.Text() != text && p.editor.SetText(text) != nil {
		return
	}
	p.put = ""
}

// check reads the text when it has changed.
func (p *Pane) check() (*stanza.Stanza, error) {
	if c := &p.checked; !c.done || c.version != p.editor.Version() {
		c.stanza, c.err = stanza.Parse(p.Text(), stanza.ClientScope())
		c.version, c.done = p.editor.Version(), true
	}
	return p.checked.stanza, p.checked.err
}

// Limits of what stands under the text.
const (
	least     = 4 // the height from which on there is room for it
	mostWords = 5 // lines of what an offer is about
)

// Title is the title of the pane.
func (p *Pane) Title() safetext.Text { return safetext.Const("Compose by hand") }

// Info says whether the keys go into the text.
func (p *Pane) Info() safetext.Text { return p.look.Typing() }

// View is the composer as it was laid out.
func (p *Pane) View() []string { return p.lines }

// Prepare lays the composer out.
func (p *Pane) Prepare(look pane.Look) tea.Cmd {
	p.look, p.theme, p.lines = look, look.Theme, nil
	if look.Width > 0 && look.Height > 0 {
		p.lines = p.draw(look)
	}
	return nil
}

func (p *Pane) draw(look pane.Look) []string {
	var lines, bottom []string
	if look.Height >= least {
		lines, bottom = []string{p.headline(look.Width)}, p.bottom(look)
	}
	room := max(1, look.Height-len(lines)-len(bottom))
	p.editor.SetSize(look.Width, room)
	lines = append(lines, p.editor.View(editor.View{Theme: p.theme, Focused: look.Editing, LineNumbers: true, Spans: p.spans()})...)
	for len(lines) < look.Height-len(bottom) {
		lines = append(lines, "")
	}
	lines = append(lines, bottom...)
	return lines[:min(len(lines), look.Height)]
}

func (p *Pane) spans() func(int) []themes.Span {
	if p.editor.Len() > highlight.MaxSpanBytes {
		return nil
	}
	spans := p.colours.Spans(p.Text())
	return func(line int) []themes.Span {
		if line < len(spans) {
			return spans[line]
		}
		return nil
	}
}

// headline says what is in the composer.
func (p *Pane) headline(width int) string {
	r := row.New(width)
	r.Space(1)
	st, _ := p.check()
	switch {
	case strings.TrimSpace(p.Text()) == "":
		r.Add(safetext.Const("by hand"), p.theme.Muted)
	case st == nil:
		r.Add(safetext.Const("not an element yet"), p.theme.Muted)
	default:
		r.Add(words.Kind(st), p.theme.Title)
		r.Space(1)
		r.Add(safetext.CleanLine(st.Name().Space), p.theme.Muted)
	}
	return r.String()
}

// placeholder finds what an offer has in place of a secret, which is filled in when it is sent.
var placeholder = regexp.MustCompile(`>\s*\[(password|first message|proof)\]\s*</`)

// bottom says whether the text is well-formed, and what is offered.
func (p *Pane) bottom(look pane.Look) []string {
	var lines []string
	say := func(mark safetext.Text, text string, style lipgloss.Style, most int) {
		column := 1 + mark.Width()
		for i, t := range safetext.CleanLine(text).Wrap(max(1, look.Width-column)) {
			if i == most {
				return
			}
			r := row.New(look.Width)
			if i == 0 {
				r.Space(1)
				r.Add(mark, style)
			}
			r.Fill(column)
			r.Add(t, style)
			lines = append(lines, r.String())
		}
	}
	t := p.theme
	if strings.TrimSpace(p.Text()) != "" {
		if st, err := p.check(); st == nil {
			say(safetext.Const("✗ "), err.Error(), t.Error, 2)
		} else {
			text := "well-formed; it is sent as it stands"
			if placeholder.MatchString(p.Text()) {
				text = "well-formed; what stands in brackets is filled in"
			}
			say(safetext.Const("✓ "), text, t.Success, 1)
		}
	}
	most := max(1, min(mostWords, look.Height/3))
	if p.offer.What != "" {
		mark := safetext.Const("offered: ")
		if p.offer.Empty() {
			mark = safetext.Const("· ")
		}
		say(mark, p.offer.What, t.Info, most)
	}
	if hint := p.hint(look); hint != "" {
		say(safetext.Text{}, hint, t.Hint, 2)
	}
	return lines
}

// hint names the keys that do something with the offer.
func (p *Pane) hint(look pane.Look) string {
	var parts []string
	if !p.offer.Empty() && look.KeyOf(Take) != "" {
		what := "sends what is offered"
		if p.offer.XML == "" {
			what = "does that: " + p.offer.Do
		}
		parts = append(parts, look.KeyOf(Take)+" "+what)
	}
	if p.offer.XML != "" && p.Text() != p.put && look.KeyOf(Put) != "" {
		parts = append(parts, look.KeyOf(Put)+" puts it here")
	}
	if look.KeyOf(GoOn) != "" {
		parts = append(parts, look.KeyOf(GoOn)+" goes on by itself")
	}
	return strings.Join(parts, " · ")
}
