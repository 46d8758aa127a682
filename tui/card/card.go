// Package card draws what the catalogue knows of an element, on top of the screen: what it is for, in
// which document it stands, who answers, what it says here and what is missing, and what comes next.
package card

import (
	"cmp"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Card is a text that can be scrolled. It belongs to the update loop.
type Card struct {
	catalogue *catalog.Catalog
	card      *catalog.Card
	top, page int
	count     int // of all lines
	lines     []string
}

// New returns a card; nil stands for what has no payload.
func New(c *catalog.Catalog, card *catalog.Card) *Card {
	return &Card{catalogue: c, card: card, page: 1}
}

// Context is where its keys are looked up.
func (c *Card) Context() keys.Context { return keys.Overlay }

// Title is what it is about.
func (c *Card) Title() safetext.Text { return safetext.Const("What is this?") }

// Can says that nothing is kept from being done.
func (c *Card) Can(keys.Action) string { return "" }

// Do scrolls, and reports whether the action does that.
func (c *Card) Do(action keys.Action) (tea.Cmd, bool) {
	switch action {
	case keys.Up:
		c.top--
	case keys.Down:
		c.top++
	case keys.PageUp:
		c.top -= c.page
	case keys.PageDown:
		c.top += c.page
	case keys.Home:
		c.top = 0
	case keys.End:
		c.top = c.count
	default:
		return nil, false
	}
	c.clamp()
	return nil, true
}

func (c *Card) clamp() { c.top = max(0, min(c.top, c.count-c.page)) }

const (
	frame     = 2 // border above and below, and at the sides
	mostWidth = 84
	indent    = 10 // behind what a line is about
	mostParts = 12 // fields that are shown
	mostKinds = 5  // others that are named
)

// Prepare lays the card out for the room that it may cover.
func (c *Card) Prepare(look pane.Look) tea.Cmd {
	width := min(look.Width, mostWidth)
	w := writer{theme: look.Theme, width: max(1, width-frame-2)}
	w.card(c.catalogue, c.card)
	c.count = len(w.lines)
	c.page = max(1, min(c.count, look.Height-frame))
	c.clamp()
	box := layout.Box{Title: c.Title(), Info: safetext.Const("esc closes"), Focused: true}
	if c.page < c.count {
		box.Info = safetext.Const("j k scroll · esc closes")
	}
	c.lines = box.Draw(width, c.page+frame, w.lines[c.top:c.top+c.page], look.Theme)
	return nil
}

// View is the card as it was laid out.
func (c *Card) View() []string { return c.lines }

// writer puts the lines together.
type writer struct {
	theme themes.Theme
	width int
	lines []string
}

// say adds a paragraph behind what it is about.
func (w *writer) say(about, text string, style lipgloss.Style) {
	if text == "" {
		return
	}
	w.paragraph(safetext.CleanLine(about), safetext.CleanLine(text), indent, style)
}

func (w *writer) paragraph(about, text safetext.Text, indent int, style lipgloss.Style) {
	for i, t := range text.Wrap(max(1, w.width-indent)) {
		r := row.New(w.width + 1)
		r.Space(1)
		if i == 0 {
			r.Add(about, w.theme.Muted)
		}
		r.Fill(indent + 1)
		r.Add(t, style)
		w.lines = append(w.lines, r.String())
	}
}

func (w *writer) card(c *catalog.Catalog, card *catalog.Card) {
	if card == nil {
		w.paragraph(safetext.Text{}, safetext.Const("Nothing stands here that a catalogue of requests could know: an IQ's payload is the element in it."), 0, w.theme.Text)
		return
	}
	t := w.theme
	name := "<" + card.Name.Local + "/>"
	switch {
	case card.Name.Local == "error" && card.Payload == nil && card.Name.Space != "" && card.Condition != "":
		w.say("error", card.Condition, t.Title)
		w.say("", "Why a request was not done (RFC 6120 §8.3). The inspector explains it.", t.Text)
		return
	case card.Payload == nil:
		w.say("unknown", name+" in "+cmp.Or(card.Name.Space, "no namespace"), t.Title)
		w.say("", "No document that is known here defines it. It can be sent and looked at all the same.", t.Text)
		if p := card.Nearest; p != nil {
			w.say("nearest", "<"+p.Element+"/> in "+p.Namespace+", "+document(p.Source)+": "+p.About, t.Text)
		}
		return
	}
	w.known(c, card)
}

func document(s catalog.Source) string {
	text := strings.TrimSpace(s.Document + " " + s.Title)
	if s.Status != "" {
		text += ", " + s.Status
	}
	return cmp.Or(text, "of your own")
}

func (w *writer) known(c *catalog.Catalog, card *catalog.Card) {
	t, p, k := w.theme, card.Payload, card.Kind
	title := p.Key
	if k != nil {
		title = k.Key + ": " + k.Title
	}
	w.say("", title, t.Title)
	source := p.Source
	if k != nil {
		source = k.Source
	}
	w.say("from", document(source), t.Text)
	w.say("element", "<"+p.Element+"/> in "+p.Namespace, t.Text)
	w.say("is", p.About, t.Text)
	if k != nil {
		w.say("asks", k.Help, t.Text)
		w.say("loses", k.Danger, t.Warning)
		if s, err := c.Kind(k.SupersededBy); k.SupersededBy != "" && err == nil {
			w.say("better", s.Key+": "+s.Title, t.Warning)
		}
	}
	if card.Path != "" {
		text := card.Path
		if f := card.Part; f != nil {
			text += ": " + f.Name + about(f)
		}
		w.say("here", text, t.Info)
	}
	w.fields(card)
	if k != nil {
		w.say("answered", answerers(k), t.Text)
		w.say("result", result(c, k), t.Text)
	}
	w.errors(card)
	w.next(c, card)
	if k != nil {
		w.say("link", k.Link(), t.Muted)
	} else {
		w.say("link", p.Link(""), t.Muted)
	}
}

// about is what is to be known of a field, behind its name.
func about(f *catalog.Field) string {
	var parts []string
	if f.Type != "" && f.Type != catalog.Text {
		parts = append(parts, string(f.Type))
	}
	if f.Required {
		parts = append(parts, "required")
	}
	text := ""
	if len(parts) > 0 {
		text = " (" + strings.Join(parts, ", ") + ")"
	}
	if f.Help != "" {
		text += ": " + f.Help
	}
	return text
}

// longestValue is how much is shown of a value.
const longestValue = 200

// mostBytes is how much of a value is looked at for that.
const mostBytes = 20 * longestValue

func (w *writer) fields(card *catalog.Card) {
	heading := "says"
	for i, part := range card.Said {
		if i == mostParts {
			w.say(heading, words.Plural(len(card.Said)-i, "more field"), w.theme.Muted)
			break
		}
		value := ""
		switch {
		case part.Field.Secret:
			value = "•••"
		case part.Rows != nil:
			value = words.Plural(len(part.Rows), "row")
		case part.Form != nil:
			value = "a form"
		default:
			value = strings.Join(part.Values, ", ")
		}
		if len(value) > mostBytes {
			value = strings.ToValidUTF8(value[:mostBytes], "") + "…"
		}
		text := safetext.CleanLine(part.Field.Name + " = " + value).Truncate(longestValue)
		if help := part.Field.Help; help != "" {
			text = safetext.Concat(text, safetext.CleanLine("  ("+help+")"))
		}
		w.paragraph(safetext.CleanLine(heading), text, indent, w.theme.Text)
		heading = ""
	}
	for i, f := range card.Missing {
		if i == mostParts {
			break
		}
		w.say("missing", f.Name+about(f), w.theme.Warning)
	}
	if k := card.Kind; k != nil {
		said := map[string]bool{}
		for _, part := range card.Said {
			said[part.Field.Name] = true
		}
		for _, f := range card.Missing {
			said[f.Name] = true
		}
		var more []string
		for i := range k.Fields {
			if f := &k.Fields[i]; !said[f.Name] && f.Fixed == "" {
				more = append(more, f.Name)
			}
		}
		w.say("also", strings.Join(more, ", "), w.theme.Muted)
	}
}

func answerers(k *catalog.Kind) string {
	var who []string
	for _, t := range catalog.Targets() {
		for _, to := range k.To {
			if to == t[0] {
				who = append(who, t[1])
			}
		}
	}
	text := strings.Join(who, "; ")
	if k.Service != "" {
		text += " (" + k.Service + ")"
	}
	return text
}

func result(c *catalog.Catalog, k *catalog.Kind) string {
	switch p := c.Payload(k.Result); {
	case k.Result == catalog.ResultEmpty:
		return "an empty one: it was done"
	case p == nil:
		return ""
	case p == k.Payload:
		return "the same element, filled in"
	default:
		return "<" + p.Element + "/> in " + p.Namespace
	}
}

func (w *writer) errors(card *catalog.Card) {
	if card.Condition != "" {
		text := card.Condition
		if f := card.Failure; f != nil {
			text += ", which is usual"
			if f.Remedy != "" {
				text += ": " + f.Remedy
			}
		}
		w.say("error", text, w.theme.Error)
	}
	if card.Kind == nil {
		return
	}
	heading := "errors"
	for _, f := range card.Kind.Failures {
		text := f.Condition
		if f.Application != "" {
			text += " + " + f.Application
		}
		if f.Remedy != "" {
			text += ": " + f.Remedy
		} else if types := stanza.UsualTypes(f.Condition); f.Type == "" && len(types) > 0 {
			text += " (" + types[0] + ")"
		}
		w.say(heading, text, w.theme.Text)
		heading = ""
	}
}

func (w *writer) next(c *catalog.Catalog, card *catalog.Card) {
	list := func(heading string, kinds []*catalog.Kind) {
		for i, k := range kinds {
			if i == mostKinds {
				w.say("", words.Plural(len(kinds)-i, "other"), w.theme.Muted)
				return
			}
			w.say(heading, k.Key+": "+k.Title, w.theme.Text)
			heading = ""
		}
	}
	list("answers", card.Asks)
	if card.Kind != nil {
		var kinds []*catalog.Kind
		for _, key := range card.Kind.Next {
			if k, err := c.Kind(key); err == nil {
				kinds = append(kinds, k)
			}
		}
		list("next", kinds)
	}
}
