package tui

import (
	"errors"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/history"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/tui/historylist"
	"iqscope/tui/inspect"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/pretty"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// wholeEntry is an entry of the history as the inspector shows it.
type wholeEntry struct {
	entry    history.Entry
	request  bool // it is shown, and not what answered it
	inspect  *inspect.Pane
	earlier  *history.Entry
	asked    bool // for the earlier reply
	compares bool // the comparison is to be shown when that is there
	lines    []string
}

type (
	// HistoryEarlierFound has the entry before one that has a reply to the same request.
	HistoryEarlierFound struct {
		whole *wholeEntry
		entry history.Entry
		err   error
	}
	// HistoryLooked is an event of the inspector that shows an entry whole.
	HistoryLooked struct {
		whole *wholeEntry
		msg   tea.Msg
	}
)

// entryNumber is a number that no stanza of the log has, nor anything else that is shown.
func entryNumber(e history.Entry, request bool) uint64 {
	n := 1<<62 + 2*uint64(e.ID)
	if request {
		n++
	}
	return n
}

// entrySubject is what the inspector shows of an entry: what answered the request, or that itself.
// The numbers of its own log mean nothing here.
func entrySubject(e history.Entry, request bool) inspect.Subject {
	x := e.Exchange
	x.Seq, x.ReplySeq, x.LateSeq = 0, 0, 0
	shown := journal.Entry{Time: x.Sent, Dir: stanza.Out, Stanza: x.Stanza, Outcome: x.Outcome, Redacted: e.Hidden}
	switch {
	case request:
	case x.Reply != nil:
		shown = journal.Entry{Time: x.Sent.Add(x.RTT), Dir: stanza.In, Stanza: x.Reply, Verdict: stanza.VerdictReply, RTT: x.RTT}
	case x.Late != nil:
		shown = journal.Entry{Time: x.Ended.Add(x.LateBy), Dir: stanza.In, Stanza: x.Late, Verdict: stanza.VerdictLate, LateBy: x.LateBy}
	}
	own, _ := stanza.ParseJID(e.Account)
	return inspect.Subject{Number: entryNumber(e, shown.Dir == stanza.Out), Entry: shown, Request: &x, Own: own}
}

// look shows an entry whole, or the list again.
func (s *historyScreen) look(e history.Entry) {
	if s.whole != nil {
		s.whole = nil
		return
	}
	i := inspect.New(s.m.theme, s.m.printer)
	i.SetKinds(s.m.kinds.get)
	s.whole = &wholeEntry{entry: e, inspect: i}
}

// compare shows how the reply of an entry differs from the one before it.
func (s *historyScreen) compare(e history.Entry) {
	if s.whole == nil {
		s.look(e)
	}
	s.whole.request, s.whole.compares = false, true
	s.whole.show(s.m)
}

// show tells the inspector what to show.
func (w *wholeEntry) show(m *Model) {
	subject := entrySubject(w.entry, w.request)
	if w.earlier != nil {
		x := w.earlier.Exchange
		x.ReplySeq = 0
		subject.Earlier, subject.EarlierKept = &x, true
	}
	w.inspect.SetSubject(&subject)
	if w.compares && w.earlier != nil {
		w.compares = false
		w.inspect.ShowDiff()
	}
	_ = m
}

// prepare lays the entry out, and asks for the reply to compare it with.
func (w *wholeEntry) prepare(s *historyScreen, look pane.Look) tea.Cmd {
	w.show(s.m)
	width := historylist.Width(look.Width)
	inside, room := historylist.Inside(width, look.Height)
	w.lines = nil
	if inside <= 0 || room <= 0 {
		return nil
	}
	look.Width, look.Height, look.Focused = inside, room, true
	cmds := []tea.Cmd{w.wrap(w.inspect.Prepare(look)), w.findEarlier(s.m)}
	info := w.inspect.Info()
	if info.Width() > inside/2 {
		info = safetext.Text{}
	}
	w.lines = historylist.Box(w.title(look), info, width, look.Height+2, w.inspect.View(), look.Theme)
	return tea.Batch(cmds...)
}

func (w *wholeEntry) title(look pane.Look) safetext.Text {
	at := w.entry.Ended.In(look.Now.Location()).Format("2006-01-02 15:04:05")
	return safetext.Concat(safetext.CleanLine("History › "+at+"  "), entryName(w.entry))
}

// findEarlier asks the history for the reply before.
func (w *wholeEntry) findEarlier(m *Model) tea.Cmd {
	if w.asked || w.entry.Reply == nil {
		return nil
	}
	w.asked = true
	past, ctx, e := m.kept.past, m.kept.ctx, w.entry
	return func() tea.Msg {
		earlier, err := past.Earlier(ctx, e)
		return HistoryEarlierFound{w, earlier, err}
	}
}

// earlierFound takes in the reply before.
func (w *wholeEntry) earlierFound(m *Model, f HistoryEarlierFound) {
	switch {
	case f.err == nil && f.entry.Reply != nil:
		w.earlier = &f.entry
	case w.compares && (f.err == nil || errors.Is(f.err, history.ErrNotFound)):
		w.compares = false
		m.notice.complain(errors.New("there is no earlier reply to the same request in the history"))
	case w.compares:
		w.compares = false
		m.notice.complain(f.err)
	}
	w.show(m)
}

// wrap has the events of the inspector's commands come back here, and not to the pane of that name.
func (w *wholeEntry) wrap(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		switch msg := cmd().(type) {
		case nil:
			return nil
		case tea.BatchMsg:
			for i := range msg {
				msg[i] = w.wrap(msg[i])
			}
			return msg
		default:
			return HistoryLooked{w, msg}
		}
	}
}

func (w *wholeEntry) accept(m *Model, msg tea.Msg) {
	if !m.printer.Accept(msg) {
		w.inspect.Accept(msg)
	}
}

// do scrolls, or changes the view.
func (w *wholeEntry) do(action keys.Action) bool {
	if action == historylist.Other {
		w.request = !w.request
		return true
	}
	return w.inspect.Do(action)
}

// said is what the list says below of the selected entry, as it was made last: it is asked at each
// drawing.
type said struct {
	id      int64
	width   int
	theme   string
	version int
	lines   []string
}

// details are lines about an entry: whence it is, its note, what its answer says and means, and that
// itself.
func (s *historyScreen) details(e history.Entry, width int, look pane.Look) ([]string, tea.Cmd) {
	this := said{id: e.ID, width: width, theme: look.Theme.Name, version: s.m.kept.version}
	if last := s.said; last.id != this.id || last.width != width || last.theme != this.theme || last.version != this.version {
		this.lines = s.says(e, width, look)
		s.said = this
	}
	subject := entrySubject(e, false)
	xml, cmd := s.m.printer.Lines(pretty.Request{Seq: subject.Number, Stanza: subject.Entry.Stanza, Form: pretty.Indented, Width: width - detailIndent})
	lines := slices.Clone(s.said.lines)
	for _, line := range xml {
		lines = append(lines, strings.Repeat(" ", detailIndent)+line)
	}
	if subject.Entry.Dir == stanza.Out {
		return lines, cmd
	}
	asked, more := s.m.printer.Lines(pretty.Request{Seq: entryNumber(e, true), Stanza: e.Stanza, Form: pretty.Indented, Width: width - detailIndent})
	lines = append(lines, look.Theme.Muted.Render("   which answers"))
	for _, line := range asked {
		lines = append(lines, strings.Repeat(" ", detailIndent)+line)
	}
	return lines, tea.Batch(cmd, more)
}

// detailIndent is how far in what is said of an entry stands, as under a pending request.
const detailIndent = 3

func (s *historyScreen) says(e history.Entry, width int, look pane.Look) []string {
	r := row.New(width)
	r.Add(entryName(e), look.Theme.Title)
	if e.Account != "" {
		r.Add(safetext.Const(" as "), look.Theme.Muted)
		r.Add(words.Address(e.Account), look.Theme.Text)
	}
	if e.Server != "" {
		r.Add(safetext.Const(" on "), look.Theme.Muted)
		r.Add(words.Address(e.Server), look.Theme.Text)
	}
	lines := []string{r.String()}
	add := func(label, text string) {
		if text == "" {
			return
		}
		for _, t := range safetext.CleanLine(label + text).Truncate(3 * width).Wrap(max(1, width-detailIndent)) {
			r := row.New(width)
			r.Space(detailIndent)
			r.Add(t, look.Theme.Info)
			lines = append(lines, r.String())
		}
	}
	add("note: ", e.Note)
	add("tags: ", strings.Join(e.Tags, " "))
	if e.Hidden {
		add("", "its secrets were hidden before it was kept")
	}
	return append(lines, s.m.desk.pending.Says(e.Exchange, width)...)
}
