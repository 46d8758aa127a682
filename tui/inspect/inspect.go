// Package inspect shows one stanza whole: laid out, byte for byte, as fields, what it means, and
// when what happened to it. Of a request that somebody else sends us it shows the reply as well.
package inspect

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/pretty"
	"iqscope/tui/words"
)

// Subject is what is looked at.
type Subject struct {
	// Number identifies the stanza: its number in the log, or another that no stanza has.
	Number uint64
	Entry  journal.Entry
	// Request is the request of ours that the stanza is, or answers; nil for none.
	Request *session.Exchange
	// Asked is the same for a request that came in. Of one that is chosen itself, and not a line of
	// the log, Whole shows the reply too.
	Asked *session.Incoming
	Whole bool
	// Earlier is the reply that the same request got the time before; nil for none.
	Earlier *session.Exchange
	// Own is our address, to tell who answered; zero for none.
	Own stanza.JID
}

// Pane is the inspector. It belongs to the update loop.
type Pane struct {
	theme         themes.Theme
	printer       *pretty.Printer
	subject       *Subject
	view          view        // that is shown
	chosen        [sorts]view // for each sort of subject, what it opens on
	opened        opening     // what the view was decided by
	top           int
	width, height int      // of the content
	bar           string   // the tabs; empty where there is no room for them
	lines         []string // all lines of the view
	fields        fields
	reader        reader
	wrap          bool
	kinds         func() *catalog.Catalog
}

// margin is the space between the frame and the lines.
const margin = 1

// New returns an empty inspector.
func New(theme themes.Theme, printer *pretty.Printer) *Pane {
	return &Pane{theme: theme, printer: printer, chosen: helpful, wrap: true, kinds: catalog.Builtin}
}

// SetKinds says where the names for what stanzas say come from; until then they are the built-in
// ones. It may be asked outside of the update loop.
func (p *Pane) SetKinds(kinds func() *catalog.Catalog) { p.kinds = kinds }

// SetSubject says what to show; nil shows how to get something.
func (p *Pane) SetSubject(s *Subject) {
	p.subject = s
	p.open()
}

// Do scrolls or changes the view, and reports whether the action does that.
func (p *Pane) Do(action keys.Action) bool {
	page := max(1, p.height-1)
	switch action {
	case keys.Up:
		p.top--
	case keys.Down:
		p.top++
	case keys.PageUp:
		p.top -= page
	case keys.PageDown:
		p.top += page
	case keys.HalfPageUp:
		p.top -= page / 2
	case keys.HalfPageDown:
		p.top += page / 2
	case keys.Home:
		p.top = 0
	case keys.End:
		p.top = len(p.lines)
	case keys.NextView:
		p.choose(p.beside(1))
	case keys.PrevView:
		p.choose(p.beside(-1))
	case keys.ToggleWrap:
		p.wrap = !p.wrap
	default:
		return false
	}
	p.clamp()
	return true
}

// ShowFields shows results by their names from now on.
func (p *Pane) ShowFields() {
	p.chosen[known] = viewFields
	p.choose(viewFields)
}

func (p *Pane) clamp() { p.top = max(0, min(p.top, len(p.lines)-p.height)) }

// Prepare lays the view out for a size of the pane. The command, unless it is nil, does what takes
// long.
func (p *Pane) Prepare(look pane.Look) (cmd tea.Cmd) {
	width := look.Width
	p.width, p.height, p.theme = width, look.Height, look.Theme
	p.lines, p.bar = nil, ""
	if p.onStanza() && p.height > barRows {
		p.bar = p.tabs(width-margin, p.theme)
		p.height--
	}
	switch {
	case width <= 0 || p.height <= 0:
		return nil
	case p.subject == nil:
		p.lines = p.paragraph(safetext.Const("Select a request (2) or a line of the log (3): it is shown here whole, with its fields, its meaning and its timing."))
	case p.view == viewTiming:
		p.lines = p.timing(look.Now)
	case p.subject.Entry.Stanza == nil:
		p.lines = p.paragraph(safetext.CleanLine(p.subject.Entry.Text))
	case p.view == viewFields:
		p.lines, cmd = p.fields.get(p.subject, p.kinds, width-margin, p.theme)
	case p.view == viewExplain:
		p.lines, cmd = p.explain()
	default:
		p.lines, cmd = p.print(p.subject.Number, p.subject.Entry.Stanza)
		if a := p.subject.Asked; p.subject.Whole && a.Reply != nil && a.ReplySeq != 0 {
			reply, more := p.print(a.ReplySeq, a.Reply)
			p.lines = slices.Concat(p.lines, []string{"", p.theme.Title.Render(words.Asked(*a).Truncate(width - margin).String())}, reply)
			cmd = tea.Batch(cmd, more)
		}
	}
	p.clamp()
	return cmd
}

// print lays a stanza out; of a broken one it says first what is wrong with it.
func (p *Pane) print(number uint64, st *stanza.Stanza) ([]string, tea.Cmd) {
	lines, cmd := p.printer.Lines(pretty.Request{Seq: number, Stanza: st, Form: p.form(), Width: p.width - margin, Wrap: p.wrap})
	fault := st.Fault()
	if fault == nil {
		return lines, cmd
	}
	var above []string
	for _, t := range safetext.CleanLine("✗ broken at " + fault.Error()).Wrap(max(1, p.width-margin)) {
		above = append(above, p.theme.Error.Render(t.String()))
	}
	return slices.Concat(above, []string{""}, lines), cmd
}

// Accept takes the events of the commands of fields and explain, and reports whether msg was one.
func (p *Pane) Accept(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case FieldsRead:
		p.fields.accept(msg)
	case FactsRead:
		p.reader = reader{facts: msg.facts}
	default:
		return false
	}
	return true
}

func (p *Pane) form() pretty.Form {
	if p.view == viewRaw {
		return pretty.Exact
	}
	return pretty.Indented
}

func (p *Pane) paragraph(text safetext.Text) []string {
	var lines []string
	for _, t := range text.Wrap(max(1, p.width-2)) {
		lines = append(lines, p.theme.Muted.Render(t.String()))
	}
	return lines
}

// onStanza says that there is a stanza to look at, and no note of the log.
func (p *Pane) onStanza() bool { return p.subject != nil && p.subject.Entry.Stanza != nil }

// View draws the tabs and the visible lines.
func (p *Pane) View() []string {
	visible := p.lines[p.top:min(len(p.lines), p.top+p.height)]
	if p.bar != "" {
		visible = slices.Concat([]string{p.bar}, visible)
	}
	lines := make([]string, len(visible))
	for i, l := range visible {
		lines[i] = strings.Repeat(" ", margin) + l
	}
	return lines
}

// Title names the pane, and the view where there is no room for the tabs.
func (p *Pane) Title() safetext.Text {
	if p.onStanza() && p.bar == "" {
		return safetext.Concat(safetext.Const("Inspect "), names[p.view])
	}
	return safetext.Const("Inspect")
}

// Info says which stanza it is, and what is seen of it. What is told first goes last as the room
// gets narrow.
func (p *Pane) Info() safetext.Text {
	if !p.onStanza() {
		return safetext.Text{}
	}
	e := p.subject.Entry
	way := safetext.Const("→ ")
	if e.Dir == stanza.In {
		way = safetext.Const("← ")
	}
	parts := []safetext.Text{safetext.Concat(way, words.Kind(e.Stanza))}
	if n := len(p.lines); n > p.height {
		parts = append(parts, safetext.CleanLine(words.Count(p.top+1)+"–"+words.Count(min(n, p.top+p.height))+" of "+words.Count(n)))
	}
	if e.RTT > 0 {
		parts = append(parts, safetext.CleanLine(words.Duration(e.RTT)))
	}
	parts = append(parts, safetext.CleanLine(words.Size(len(e.Stanza.XML()))))
	room := p.width - p.Title().Width() - besideInfo
	for len(parts) > 1 && safetext.Join(" · ", parts...).Width() > room {
		parts = parts[:len(parts)-1]
	}
	return safetext.Join(" · ", parts...)
}

// besideInfo is what the frame needs besides title and info: the pane's digit, spaces, and a piece of
// line between them.
const besideInfo = 7
