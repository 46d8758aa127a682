// Package inspect shows one stanza whole: laid out, byte for byte, as fields, what it means, and
// when what happened to it. Of a request that somebody else sends us it shows the reply as well.
package inspect

import (
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/outline"
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
	// EarlierKept says that this is of the history, and maybe of another day.
	EarlierKept bool
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
	lines         []string // all lines of the view; of the outline it knows itself
	outline       outline.View
	focused       bool
	fields        fields
	reader        reader
	diff          diff
	dumps         dumps
	wrap          bool // lines of the outline go on below
	hex           bool // raw bytes are shown by their numbers
	kinds         func() *catalog.Catalog
	roundTrips    func(to string) []time.Duration
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

// SetRoundTrips says how long requests to an address took, the oldest first. It is asked while timing
// is shown.
func (p *Pane) SetRoundTrips(to func(string) []time.Duration) { p.roundTrips = to }

// SetSubject says what to show; nil shows how to get something.
func (p *Pane) SetSubject(s *Subject) {
	p.subject = s
	p.open()
}

// Do scrolls or changes the view, and reports whether the action does that.
func (p *Pane) Do(action keys.Action) bool {
	switch action {
	case keys.NextView:
		p.choose(p.beside(1))
		return true
	case keys.PrevView:
		p.choose(p.beside(-1))
		return true
	case keys.ToggleWrap:
		if p.view == viewRaw {
			p.hex, p.top = !p.hex, 0
		} else {
			p.wrap = !p.wrap
		}
		return true
	}
	if p.Folds() {
		return p.outline.Do(action)
	}
	page := max(1, p.height-1)
	switch action {
	case keys.Up:
		p.top--
	case keys.Down:
		p.top++
	case keys.PageUp:
		p.top -= page
	case keys.PageDown, outline.Fold: // on whose key it lies where nothing folds
		p.top += page
	case keys.HalfPageUp:
		p.top -= page / 2
	case keys.HalfPageDown:
		p.top += page / 2
	case keys.Home:
		p.top = 0
	case keys.End:
		p.top = len(p.lines)
	default:
		return false
	}
	p.clamp()
	return true
}

// Folds says that what is shown is an outline, whose elements fold.
func (p *Pane) Folds() bool { return p.view == viewXML && p.onStanza() }

// ShowFields shows results by their names from now on.
func (p *Pane) ShowFields() {
	p.chosen[known] = viewFields
	p.choose(viewFields)
}

// ShowDiff compares the subject with the reply before it.
func (p *Pane) ShowDiff() {
	if p.offers(viewDiff) {
		p.view, p.top = viewDiff, 0
	}
}

func (p *Pane) clamp() { p.top = max(0, min(p.top, len(p.lines)-p.height)) }

// Prepare lays the view out for a size of the pane. The command, unless it is nil, does what takes
// long.
func (p *Pane) Prepare(look pane.Look) (cmd tea.Cmd) {
	width := look.Width
	p.width, p.height, p.theme, p.focused = width, look.Height, look.Theme, look.Focused
	p.lines, p.bar = nil, ""
	if p.onStanza() && p.height > barRows {
		p.bar = p.tabs(width-margin, p.theme)
		p.height--
	}
	switch {
	case width <= 0 || p.height <= 0:
		return nil
	case p.subject == nil:
		p.lines = p.empty(look)
	case p.view == viewTiming:
		p.lines = p.timing(look.Now)
	case p.subject.Entry.Stanza == nil:
		p.lines = p.paragraph(safetext.CleanLine(p.subject.Entry.Text))
	case p.view == viewFields:
		p.lines, cmd = p.fields.get(p.subject, p.kinds, width-margin, p.theme)
	case p.view == viewExplain:
		p.lines, cmd = p.explain()
	case p.view == viewDiff:
		p.lines, cmd = p.diff.get(p.subject, width-margin, p.theme)
	case p.view == viewRaw:
		p.lines, cmd = p.raw()
	default:
		cmd = p.prepareOutline()
	}
	p.clamp()
	return cmd
}

// empty says what the pane is for, and one thing to try.
func (p *Pane) empty(look pane.Look) []string {
	lines := p.paragraph(safetext.Const("Here one stanza is shown whole: its XML and its bytes, its fields, what it means, when what happened to it, and what has changed since the last such answer."))
	try := "Send the draft"
	if key := look.KeyOf(keys.Send); key != "" {
		try += " (" + key + ")"
	}
	return slices.Concat(lines, []string{""}, p.paragraph(safetext.CleanLine(try+": its answer appears here. Or select a request in Pending (2), or a line of the log (3).")))
}

// prepareOutline lays the XML out, of a request that came in and is chosen itself with its reply.
func (p *Pane) prepareOutline() tea.Cmd {
	s := p.subject
	key, sections := outline.Key{Number: s.Number}, []outline.Section{{Stanza: s.Entry.Stanza}}
	if a := s.Asked; s.Whole && a.Reply != nil && a.ReplySeq != 0 {
		key.Reply = a.ReplySeq
		sections = append(sections, outline.Section{Heading: words.Asked(*a), Stanza: a.Reply})
	}
	cmd := p.outline.Prepare(key, sections, max(1, p.width-margin), p.height, p.wrap)
	if !p.outline.Ready() {
		p.lines = []string{p.theme.Muted.Render(safetext.Const("reading …").String())}
	}
	return cmd
}

// Accept takes the events of the commands of fields and explain, and reports whether msg was one.
func (p *Pane) Accept(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case FieldsRead:
		p.fields.accept(msg)
	case FactsRead:
		p.reader = reader{facts: msg.facts}
	case DiffMade:
		p.diff.accept(msg)
	case outline.Laid:
		p.outline.Accept(msg)
	default:
		return false
	}
	return true
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

// View draws the tabs and the visible lines. The line of the outline's cursor has a mark.
func (p *Pane) View() []string {
	if p.width <= 0 || p.height <= 0 {
		return nil
	}
	visible, cursor := p.lines, -1
	if p.outlined() {
		visible, cursor = p.outline.Draw(p.theme, p.printer.Colours())
	} else {
		visible = visible[p.top:min(len(visible), p.top+p.height)]
	}
	var lines []string
	if p.bar != "" {
		lines = append(lines, strings.Repeat(" ", margin)+p.bar)
	}
	for i, l := range visible {
		before := strings.Repeat(" ", margin)
		if i == cursor && p.focused {
			before = p.theme.Key.Render(strings.TrimSpace(p.theme.Marker))
		}
		lines = append(lines, before+l)
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

// outlined says that the outline is there, and not still to be read.
func (p *Pane) outlined() bool { return p.Folds() && p.outline.Ready() }

// lineCount is how many lines there are to scroll through.
func (p *Pane) lineCount() int {
	if p.outlined() {
		return p.outline.Len()
	}
	return len(p.lines)
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
	n, top := p.lineCount(), p.top
	if p.outlined() {
		top = p.outline.Top()
	}
	if n > p.height {
		parts = append(parts, safetext.CleanLine(words.Count(top+1)+"–"+words.Count(min(n, top+p.height))+" of "+words.Count(n)))
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
