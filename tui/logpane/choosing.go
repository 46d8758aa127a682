package logpane

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"iqscope/internal/nearest"
	"iqscope/internal/safetext"
	"iqscope/session/journal"
	"iqscope/tui/keys"
	"iqscope/tui/words"
)

// Actions that move the rows sideways.
const (
	ScrollLeft  keys.Action = "log-left"
	ScrollRight keys.Action = "log-right"
)

// The columns that can be chosen. They stand in this order.
const (
	ColumnSeq     = "seq"
	ColumnTime    = "time"
	ColumnKind    = "kind"
	ColumnID      = "id"
	ColumnSize    = "size"
	ColumnPeer    = "peer"
	ColumnPayload = "payload"
	ColumnText    = "text" // the XML, in one line
	ColumnRTT     = "rtt"  // and how a request ended
)

// AllColumns are their names.
func AllColumns() []string {
	return []string{ColumnSeq, ColumnTime, ColumnKind, ColumnID, ColumnSize, ColumnPeer, ColumnPayload, ColumnText, ColumnRTT}
}

// Columns are the chosen columns; nil if the width decides.
func (p *Pane) Columns() []string { return slices.Clone(p.chosen) }

// SetColumns chooses which columns there are; none leaves it to the width. The error names one that
// there is not.
func (p *Pane) SetColumns(names []string) error {
	for _, name := range names {
		if !slices.Contains(AllColumns(), name) {
			return fmt.Errorf("there is no column %.60q%s", name, nearest.Suggestion(name, AllColumns(), "there are "))
		}
	}
	p.chosen, p.left = nil, 0
	for _, name := range AllColumns() {
		if slices.Contains(names, name) {
			p.chosen = append(p.chosen, name)
		}
	}
	return nil
}

// SetScreen says how wide the whole screen is: a wide one has ids however narrow the pane is.
func (p *Pane) SetScreen(width int) { p.screen = width }

func (p *Pane) has(column string) bool { return slices.Contains(p.chosen, column) }

// leaveOut leaves out what is not chosen, and adds what else is.
func (p *Pane) leaveOut(c columns) columns {
	for name, cells := range map[string]*int{ColumnTime: &c.time, ColumnKind: &c.kind, ColumnID: &c.id, ColumnRTT: &c.rtt} {
		if !p.has(name) {
			*cells = 0
		}
	}
	if p.has(ColumnSeq) {
		c.seq = max(len("SEQ"), len(strconv.FormatUint(p.seen.last, 10))+1)
	}
	if p.has(ColumnSize) {
		c.size = leastCell
	}
	return c
}

const (
	// sideways is how far a key moves the rows.
	sideways = 8
	// mostText is how many bytes of a stanza the column of texts has.
	mostText = 4096
)

// scroll moves the rows sideways, as far as there is more of one that is in sight.
func (p *Pane) scroll(cells int) {
	p.left = max(0, min(p.left+cells, p.reach()))
}

// reach is how far the rows can be moved: what the widest one has more than there is room for.
func (p *Pane) reach() int {
	n := p.needs
	c := p.fit(p.width)
	fixed := p.width - c.peer - c.payload - c.text
	wide := max(fixed+n.peer+n.payload, markerCell+c.seq+c.time+arrowCell+3+n.remark)
	if p.has(ColumnText) {
		wide += n.text
	}
	return max(0, wide-p.width)
}

// canvas is how wide the rows are laid out: wider than the pane, when they are moved.
func (p *Pane) canvas() int { return p.width + p.left }

// shifted is the part of a row that is in sight; its marks always are.
func (p *Pane) shifted(line string) string {
	if p.left == 0 {
		return line
	}
	line = ansi.Cut(line, 0, markerCell) + ansi.Cut(line, markerCell+p.left, p.canvas())
	return ansi.Truncate(line, p.width, "") // half of a wide character was taken along
}

// measure notes how wide a row would have its columns.
func (p *Pane) measure(e journal.Entry) {
	n := &p.needs
	if e.Stanza == nil {
		n.remark = max(n.remark, safetext.CleanLine(e.Text).Width())
		return
	}
	address, payload := words.Address(peer(e)).Width(), words.Payload(e.Stanza).Width()
	n.kind = max(n.kind, words.Kind(e.Stanza).Width())
	n.id = max(n.id, id(e.Stanza).Width())
	n.peer = max(n.peer, address)
	n.payload = max(n.payload, payload)
	if p.has(ColumnText) {
		n.text = max(n.text, min(len(e.Stanza.XML()), mostText))
	}
	if e.Text != "" || e.Verdict != "" {
		const between = 24 // a verdict, and what stands between
		n.remark = max(n.remark, mostID+leastCell+address+payload+between+safetext.CleanLine(e.Text).Width())
	}
}
