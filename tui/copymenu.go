package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/report"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/copymenu"
	"iqscope/tui/inspect"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/pending"
	"iqscope/tui/words"
)

// copying is the copy menu, as an overlay. It copies of what was selected when it opened, whatever
// is selected by itself meanwhile.
type copying struct {
	*copymenu.Menu
	of source
	m  *Model
}

// showCopyMenu opens the menu.
func showCopyMenu(m *Model) tea.Cmd {
	of, _ := m.copySource()
	m.overlays.push(&copying{Menu: copymenu.New(of.items), of: of, m: m})
	return nil
}

func (c *copying) Context() keys.Context { return keys.Copying }

func (c *copying) Title() safetext.Text { return safetext.Const("Copy") }

func (c *copying) Prepare(look pane.Look) tea.Cmd {
	c.Menu.Prepare(look)
	return nil
}

// Can says why something cannot be copied in the form that is chosen.
func (c *copying) Can(action keys.Action) string {
	if action == copymenu.Selected {
		return c.Selected().WhyNot
	}
	it, _ := c.Item(action)
	return it.WhyNot
}

// Do copies something, moves or chooses the form.
func (c *copying) Do(action keys.Action) (tea.Cmd, bool) {
	if action == copymenu.Selected {
		action = c.Selected().Action
	}
	if _, ok := c.Item(action); !ok {
		return nil, c.Menu.Do(action)
	}
	c.m.overlays.close(c)
	return c.of.copy(c.m, action, c.Form()), true
}

// source is what is copied from.
type source struct {
	inspect.Subject
	reply *stanza.Stanza // to the request, as the log has it; nil for none
	sends []string       // the flags with which iqscope send reaches the account
}

// copySource is what the inspector shows, or the selected entry of the history, with what belongs to
// it; false if nothing is selected.
func (m *Model) copySource() (source, bool) {
	if s := m.onHistory(); s != nil {
		e, ok := s.selected()
		return m.entrySource(e), ok
	}
	if m.desk.subject == nil {
		return source{}, false
	}
	s := source{Subject: *m.desk.subject, sends: m.sends}
	if s.Request != nil {
		var seq uint64
		s.reply, seq = pending.Answer(*s.Request)
		if e, ok := m.session.Journal().Get(seq); ok && e.Stanza != nil {
			s.reply = e.Stanza // without secrets
		}
	} else if s.Asked != nil {
		s.reply = s.Asked.Reply
	}
	return s, true
}

// piece is something that can be copied: what it is, a glimpse of it, and how its text is made. The
// menu asks for all of them with every frame, so that nothing but the text may take time.
type piece struct {
	what, shown safetext.Text
	why         string // it cannot be
	text        func() (string, error)
}

func plainText(text string) func() (string, error) {
	return func() (string, error) { return text, nil }
}

// items are the menu's.
func (s source) items(f copymenu.Form) []copymenu.Item {
	var items []copymenu.Item
	for _, a := range []keys.Action{copymenu.Stanza, copymenu.Payload, copymenu.ID, copymenu.JID, copymenu.Exchange} {
		p := s.piece(a, f)
		items = append(items, copymenu.Item{Action: a, What: p.what, Shown: p.shown, WhyNot: p.why})
	}
	return items
}

// copy takes a piece to where it can be used.
func (s source) copy(m *Model, a keys.Action, f copymenu.Form) tea.Cmd {
	p := s.piece(a, f)
	what := p.what.String()
	switch {
	case f == copymenu.JSON && a != copymenu.ID && a != copymenu.JID:
		what += " as JSON"
	case f == copymenu.Command && a != copymenu.ID && a != copymenu.JID:
		what = "the command line that sends it"
		if s.hides() {
			what += " (its secrets are hidden)"
		}
	}
	return copyText(what, p.text, m.copy.Copy)
}

// hides says that what was sent held a secret.
func (s source) hides() bool {
	if s.Request != nil {
		return s.Request.Stanza != nil && s.Request.Shown != nil && s.Request.Stanza.XML() != s.Request.Shown.XML()
	}
	return s.Entry.Redacted
}

// piece is what an action copies in a form.
func (s source) piece(a keys.Action, f copymenu.Form) piece {
	switch a {
	case copymenu.Payload:
		return s.payload(f)
	case copymenu.ID:
		return s.id()
	case copymenu.JID:
		return s.address()
	case copymenu.Exchange:
		return s.exchange(f)
	}
	return s.stanza(f)
}

func (s source) stanza(f copymenu.Form) piece {
	st := s.Entry.Stanza
	if st == nil {
		p := piece{what: safetext.Const("the line"), shown: safetext.CleanLine(s.Entry.Text), text: plainText(s.Entry.Text)}
		if f != copymenu.XML {
			p.why = "it is no stanza"
		}
		return p
	}
	p := piece{what: safetext.Concat(safetext.Const("the "), words.Kind(st)), shown: words.Payload(st), text: plainText(st.XML())}
	switch f {
	case copymenu.JSON:
		p.text = func() (string, error) {
			return report.Line(report.NewElement(s.Entry.Seq, s.Entry.Time, s.Entry.Dir, st, s.Entry.Verdict))
		}
	case copymenu.Command:
		p.again(s)
	}
	return p
}

// again makes a piece the command line that sends the request again, or what was sent.
func (p *piece) again(s source) {
	switch {
	case s.Request != nil:
		p.text = func() (string, error) { return report.Command(s.sends, s.Request.Shown, s.Request.Timeout), nil }
	case s.Entry.Dir == stanza.Out && s.Entry.Stanza != nil && s.Asked == nil:
		p.text = func() (string, error) {
			return report.Command(s.sends, s.Entry.Stanza, session.DefaultResponseTimeout), nil
		}
	default:
		p.why = "you did not send it"
	}
}

func (s source) payload(f copymenu.Form) piece {
	p := piece{what: safetext.Const("its payload")}
	st := s.Entry.Stanza
	if st == nil {
		p.why = "it is no stanza"
		return p
	}
	p.shown = words.Payload(st)
	switch {
	case st.Fault() != nil:
		p.why = "it is not well-formed"
	case st.Payloads() == 0 && !st.HasError():
		p.why = "it has none"
	case f != copymenu.XML:
		p.why = "a payload is copied as XML"
	default:
		// Pasted into a draft or a file, its names mean what they mean here.
		p.text = func() (string, error) {
			tree, err := st.Tree()
			if err != nil {
				return "", err
			}
			return st.Cut(tree.Elements()[0], stanza.Scope{}), nil
		}
	}
	return p
}

func (s source) id() piece {
	p := piece{what: safetext.Const("its id")}
	if st := s.Entry.Stanza; st == nil || !st.HasID() {
		p.why = "it has none"
	} else {
		p.shown, p.text = safetext.CleanLine(st.ID()), plainText(st.ID())
	}
	return p
}

// address is that of the other side: whom it is from, or whom it went to.
func (s source) address() piece {
	p := piece{what: safetext.Const("whom it is from")}
	st := s.Entry.Stanza
	if st == nil {
		p.why = "it is no stanza"
		return p
	}
	jid := st.From()
	if s.Entry.Dir == stanza.Out {
		p.what, jid = safetext.Const("whom it went to"), st.To()
	}
	if jid == "" {
		p.why = "it names nobody"
		return p
	}
	p.shown, p.text = words.Address(jid), plainText(jid)
	return p
}

func (s source) exchange(f copymenu.Form) piece {
	p := piece{what: safetext.Const("the exchange"), shown: safetext.Const("the request; no answer yet")}
	var request *stanza.Stanza
	switch {
	case s.Request != nil:
		request = s.Request.Shown
	case s.Asked != nil:
		request = s.Asked.Stanza
	default:
		p.why = "it belongs to no request"
		return p
	}
	if s.reply != nil {
		p.shown = safetext.Const("the request and its answer")
	}
	p.text = func() (string, error) {
		xml := request.XML() + "\n"
		if s.reply != nil {
			xml += s.reply.XML() + "\n"
		}
		return xml, nil
	}
	switch {
	case f == copymenu.Command:
		p.again(s)
	case f == copymenu.JSON && s.Request == nil:
		p.why = "of requests of others, each stanza"
	case f == copymenu.JSON:
		p.text = func() (string, error) {
			v := *s.Request
			if v.Reply != nil {
				v.Reply = s.reply
			}
			return report.Line(report.NewRecord(v, report.Oddities(v.Shown, v.Reply)))
		}
	}
	return p
}
