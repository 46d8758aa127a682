package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/tui/inspect"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/logpane"
	"iqscope/tui/pane"
	"iqscope/tui/pending"
)

// desk is the four panes, and which of them is looked at.
type desk struct {
	composer composer  // the first pane
	draft    *drafting // the user's own composer, which comes back after a way by hand
	pending  *pending.Pane
	log      *logpane.Pane
	inspect  *inspect.Pane

	focus   layout.Pane
	editing bool // the keys go into the composer's text
	zoom    bool
	shift   layout.Shift // of the borders between the panes, by the user
	selects layout.Pane  // the pane whose selection the inspector shows: Pending or Log
	subject *inspect.Subject

	comparing comparing
}

// composer is what the first pane is: a place to write something that is sent. There are two, the
// user's own and that of the way by hand.
type composer interface {
	pane.Pane
	// Type inserts typed or pasted characters. The error says that there is no room for them.
	Type(text string, pasted bool) error
	// Load replaces the text by another one, to be edited.
	Load(text string) error
	// Act does what concerns more than the text, such as sending it. Can says why it would do
	// nothing now; empty if it would do something.
	Act(action keys.Action) tea.Cmd
	Can(action keys.Action) (why string)
}

// pane is one of the panes.
func (d *desk) pane(p layout.Pane) pane.Pane {
	switch p {
	case layout.Pending:
		return d.pending
	case layout.Log:
		return d.log
	case layout.Inspect:
		return d.inspect
	}
	return d.composer
}

// context is where the keys of the focused pane are looked up.
func (d *desk) context() keys.Context {
	switch {
	case !d.typing():
		return commands[d.focus]
	case d.onDraft() && d.draft.Forming():
		return keys.KindForm
	case d.onDraft() && d.draft.Completing():
		return keys.Completing
	}
	return keys.Edit
}

// typing says that characters go into the composer.
func (d *desk) typing() bool { return d.focus == layout.Compose && d.editing }

// onDraft says that the composer is the user's own.
func (d *desk) onDraft() bool { return d.composer == composer(d.draft) }

// commands are where the keys of the panes are looked up while characters are commands.
var commands = map[layout.Pane]keys.Context{
	layout.Compose: keys.Compose, layout.Pending: keys.Pending, layout.Log: keys.Log, layout.Inspect: keys.Inspect,
}

func (d *desk) onLog() bool { return d.focus == layout.Log }

// wishes are what decides how the panes share the screen.
func (d *desk) wishes() layout.Wishes {
	w := layout.Wishes{Focus: d.focus, Zoom: d.zoom, Shift: d.shift}
	for i, p := range layout.Panes {
		w.Lines[i] = d.pane(p).Lines()
	}
	return w
}

// show gives the focus to a pane. Coming to the composer does not begin to type, so that Tab and
// the digits go on working.
func (d *desk) show(p layout.Pane) {
	d.focus = p
	d.editing = false
}

// edit goes to the composer and begins to type.
func (d *desk) edit() {
	d.show(layout.Compose)
	d.editing = true
}

// peel goes one step back: typing, the log's search, its filter, zoom, then the log goes live.
func (d *desk) peel() {
	switch {
	case d.typing():
		d.editing = false
	case d.onLog() && d.log.Searching():
		d.log.Search("", nil)
	case d.onLog() && d.log.Filtered():
		d.log.ToggleFilter()
	case d.zoom:
		d.zoom = false
	case d.onLog() && !d.log.Live():
		d.log.Follow()
	}
}

// leave goes back to the pane that one usually comes from.
func (d *desk) leave() {
	switch {
	case d.zoom:
		d.zoom = false
	case d.focus == layout.Inspect:
		d.show(d.selects)
	default:
		d.show(layout.Compose)
	}
}

// takeIn shows what is known now.
func (d *desk) takeIn(k *known, holdKey string) {
	d.pending.SetHeld(pending.Held{Lost: !k.status.ResumeBy.IsZero(), Until: k.status.ResumeBy})
	d.pending.SetOwn(k.status.JID)
	d.pending.SetHolding(pending.Holding{On: k.status.Hold.On, Key: holdKey})
	d.log.Refresh()
}

// findSubject finds what the inspector shows: the selection of the pending pane or of the log,
// whichever had the focus last.
func (d *desk) findSubject(k *known) {
	if d.focus == layout.Pending || d.focus == layout.Log {
		d.selects = d.focus
	}
	d.subject = nil
	if d.selects == layout.Log {
		d.subject = d.logged(k)
	} else if v, ok := d.pending.Selected(); ok {
		d.subject = exchanged(v, k.session.Journal())
	} else if a, ok := d.pending.SelectedAsked(); ok {
		d.subject = received(a, k.session.Journal())
	} else if v, f, ok := d.pending.SelectedRefusal(); ok {
		d.subject = refused(v, f, k.session.Journal())
	}
	if d.subject != nil {
		d.subject.Own = k.status.JID
		d.subject.Earlier = d.comparing.earlier(d.subject.Request)
		if v, c := d.subject.Request, d.comparing.kept; d.subject.Earlier == nil && v != nil && v.Reply != nil && v.Serial == c.serial && c.found != nil {
			d.subject.Earlier, d.subject.EarlierKept = c.found, true
		}
	}
	d.inspect.SetSubject(d.subject)
}

// compareNotes tells the pending pane what the inspector shows of the same, if that is in sight.
func (d *desk) compareNotes(inSight bool) {
	var b pending.Beside
	if inSight && d.selects == layout.Pending {
		b = pending.Beside{XML: d.inspect.ShowsXML(), Explanation: d.inspect.Explains()}
	}
	d.pending.SetBeside(b)
}

// onIncoming says that the keys for rows have a request of others before them.
func (d *desk) onIncoming() (session.Incoming, bool) {
	if d.selects != layout.Pending {
		return session.Incoming{}, false
	}
	return d.pending.SelectedAsked()
}

// onStanza says that a stanza is selected, and no note of the log.
func (d *desk) onStanza() bool { return d.subject != nil && d.subject.Entry.Stanza != nil }

// logged is the log's selected entry, with the request it belongs to.
func (d *desk) logged(k *known) *inspect.Subject {
	seq, ok := d.log.Selected()
	if !ok {
		return nil
	}
	e, ok := k.session.Journal().Get(seq)
	if !ok {
		return nil
	}
	s := &inspect.Subject{Number: seq, Entry: e, Request: k.requestOf(e)}
	if s.Request == nil {
		s.Asked = k.askedIn(e)
	}
	return s
}

// exchanged is a request's answer, or the request itself as long as there is none.
func exchanged(v session.Exchange, log *journal.Journal) *inspect.Subject {
	st, number := pending.Answer(v)
	dir := stanza.In
	if st == nil {
		st, number, dir = v.Shown, v.Seq, stanza.Out
	}
	if number == 0 {
		number = pending.Number(v)
	}
	s := &inspect.Subject{Number: number, Request: &v}
	if e, ok := log.Get(number); ok {
		s.Entry = e
	} else {
		s.Entry = journal.Entry{Stanza: st, Dir: dir, RTT: v.RTT}
	}
	return s
}

// refused is a stanza that had the id of a request but did not fit. Of one that has left the log
// remains why.
func refused(v session.Exchange, f session.Refusal, log *journal.Journal) *inspect.Subject {
	e, ok := log.Get(f.Seq)
	if !ok {
		e = journal.Entry{Seq: f.Seq, Time: f.At, Dir: stanza.In, Verdict: f.Verdict, Text: f.Note + "; the log has dropped the stanza since"}
	}
	return &inspect.Subject{Number: f.Seq, Entry: e, Request: &v}
}

// received is what the inspector shows of a request that came in.
func received(a session.Incoming, log *journal.Journal) *inspect.Subject {
	s := &inspect.Subject{Number: a.Seq, Asked: &a, Whole: true}
	e, ok := log.Get(a.Seq)
	if !ok {
		e = journal.Entry{Stanza: a.Stanza, Dir: stanza.In}
	}
	s.Entry = e
	return s
}
