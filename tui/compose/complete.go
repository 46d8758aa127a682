package compose

import (
	"slices"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/editor"
	"iqscope/tui/keys"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Actions of the list of what can stand at the cursor. [keys.Indent] opens it, too.
const (
	ShowCandidates  keys.Action = "show-candidates"
	NextCandidate   keys.Action = "next-candidate"
	PrevCandidate   keys.Action = "previous-candidate"
	TakeCandidate   keys.Action = "take-candidate" // a new line if none is chosen
	CloseCandidates keys.Action = "close-candidates"
)

const (
	// mostRows is how many lines the list has, mostWidth how many cells.
	mostRows, mostWidth = 8, 76
	// maxCompleted is how long a text may be for its completion not to be felt, in bytes.
	maxCompleted = 256 << 10
)

// completion is what can stand at the cursor. It is good for one version of the text and one place in
// it.
type completion struct {
	candidates []catalog.Candidate
	chosen     int // -1 for none
	version    uint64
	at         editor.Position
}

// Completing reports whether the list is there.
func (p *Pane) Completing() bool {
	c := &p.completion
	return len(c.candidates) > 0 && c.version == p.editor.Version() && c.at == p.editor.Cursor()
}

// complete does what an action means for the list, and reports whether it means anything.
func (p *Pane) complete(action keys.Action) bool {
	c := &p.completion
	switch action {
	case ShowCandidates:
		p.offer(-1)
		return true
	case keys.Indent:
		if p.indents() || !p.offer(0) {
			return false
		}
		if len(c.candidates) == 1 {
			p.takeCandidate()
		}
		return true
	}
	if !p.Completing() {
		return action == NextCandidate || action == PrevCandidate || action == TakeCandidate || action == CloseCandidates
	}
	switch n := len(c.candidates); action {
	case NextCandidate:
		c.chosen = (c.chosen + 1) % n
	case PrevCandidate:
		c.chosen = (max(c.chosen, 0) + n - 1) % n
	case TakeCandidate:
		if c.chosen < 0 {
			p.editor.Do(editor.NewLine)
		} else {
			p.takeCandidate()
		}
	case CloseCandidates:
		*c = completion{}
	default:
		return false
	}
	return true
}

// InTag reports whether the cursor is within a tag that is being written, where there is most to
// complete.
func (p *Pane) InTag() bool {
	at := p.editor.Cursor()
	before := p.editor.Line(at.Line)[:at.Col]
	return strings.LastIndexByte(before, '<') > strings.LastIndexByte(before, '>')
}

// indents reports whether there is nothing but blanks before the cursor in its line, or a selection.
func (p *Pane) indents() bool {
	at := p.editor.Cursor()
	return p.editor.Selected() != "" || strings.TrimLeft(p.editor.Line(at.Line)[:at.Col], " \t") == ""
}

// offer lists what can stand at the cursor, and chooses one of it; -1 is none.
func (p *Pane) offer(chosen int) bool {
	p.completion = completion{}
	if p.source.Catalogue == nil || p.editor.Len() > maxCompleted {
		return false
	}
	c := p.source.Catalogue()
	if c == nil {
		return false
	}
	var addresses []catalog.Address
	if p.source.Addresses != nil {
		addresses = p.source.Addresses()
	}
	text, at := p.Text(), p.editor.Cursor()
	candidates := slices.DeleteFunc(c.Complete(text, p.offset(at), addresses), func(c catalog.Candidate) bool {
		return text[c.Pos:c.End] == c.Insert // it stands there
	})
	if len(candidates) > 0 {
		p.completion = completion{candidates, chosen, p.editor.Version(), at}
	}
	return len(candidates) > 0
}

// narrow lists anew what fits, after something was typed or deleted.
func (p *Pane) narrow(completing bool) {
	if completing {
		p.offer(min(p.completion.chosen, 0))
	}
}

func (p *Pane) takeCandidate() {
	c := p.completion.candidates[p.completion.chosen]
	p.completion = completion{}
	text := p.Text()
	if p.editor.SetText(text[:c.Pos]+c.Insert+text[c.End:]) == nil {
		p.editor.SetCursor(p.position(c.Pos + c.Cursor))
	}
	if stanza.IsCondition(c.Label) {
		p.typeGoesAlong()
	}
}

// typeGoesAlong gives an error the type that usually comes with the condition that was taken.
func (p *Pane) typeGoesAlong() {
	_, findings := p.Check()
	for _, f := range findings {
		if f.Rule == iqbuilder.RuleErrorTypeUnusual && f.Fix != nil {
			_ = p.replace(f.Fix.Pos, f.Fix.End, f.Fix.With)
			return
		}
	}
}

// ChooseCondition selects the condition of the error that the draft is, and lists what else it may be:
// what is typed takes its place. It does nothing with another draft.
func (p *Pane) ChooseCondition() {
	st, _ := p.Check()
	if st == nil || st.Err() == nil {
		return
	}
	root, err := st.Tree()
	if err != nil {
		return
	}
	for _, n := range root.Elements() {
		if n.Name.Local != "error" || len(n.Elements()) == 0 {
			continue
		}
		condition := n.Elements()[0]
		p.editor.SetCursor(p.position(condition.Pos + len("<") + len(condition.QName())))
		for range condition.QName() {
			p.editor.Do(editor.SelectLeft)
		}
		p.offer(0)
		return
	}
}

// Offset is where the cursor is in the text, in bytes.
func (p *Pane) Offset() int { return p.offset(p.editor.Cursor()) }

// withCandidates draws the list over the text, below the cursor, or above it where there is more room.
func (p *Pane) withCandidates(text []string, view editor.View, width, height int) []string {
	if !p.Completing() || !view.Focused {
		return text
	}
	line, cell := p.editor.CursorAt(view)
	above, below := line, height-line-1
	room := min(mostRows, max(above, below), len(p.completion.candidates))
	if room < 1 || line >= len(text) {
		p.completion = completion{} // what nobody sees nobody chooses from
		return text
	}
	list := p.candidateRows(view.Theme, min(width, mostWidth), room)
	for len(text) < height {
		text = append(text, "")
	}
	first := line + 1
	if below < room && above > below {
		first = line - room
	}
	left := max(0, min(cell, width-mostWidth))
	for i, one := range list {
		text[first+i] = strings.Repeat(" ", left) + one
	}
	return text
}

// candidateRows are the rows of the list round the chosen one.
func (p *Pane) candidateRows(theme themes.Theme, width, room int) []string {
	all, chosen := p.completion.candidates, p.completion.chosen
	top := max(0, min(chosen-room/2, len(all)-room))
	labels := 0
	for _, c := range all[top : top+room] {
		labels = max(labels, safetext.CleanLine(c.Label).Width())
	}
	labels = min(labels, width*2/3)
	var lines []string
	for i, c := range all[top : top+room] {
		r, mark, muted := row.Over(width, theme.SelectedIdle), theme.NoMarker, theme.Muted
		if top+i == chosen {
			r, mark, muted = row.Over(width, theme.Selected), theme.Marker, theme.Selected
		}
		more := safetext.Text{}
		if hidden := len(all) - top - room; hidden > 0 && i == room-1 {
			more = safetext.CleanLine(" " + words.Count(hidden) + " more")
		}
		r.Add(safetext.CleanLine(mark), theme.Text)
		r.Column(safetext.CleanLine(c.Label), labels, theme.Text)
		r.Space(2)
		r.Column(safetext.CleanLine(c.Help), r.Left()-more.Width(), muted)
		r.Add(more, theme.Muted)
		lines = append(lines, r.String())
	}
	return lines
}
