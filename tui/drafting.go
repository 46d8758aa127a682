package tui

import (
	"errors"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/pending"
	"iqscope/tui/byhand"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// sendActions send what is in the composer, and go into its text and out of it.
func sendActions() []action {
	send := inComposer(action{name: keys.Send, help: "send the draft", at: []place{{keys.Panes, "f5 alt+enter", "send", ""}}})
	send.word = func(m *Model, _ keys.Context) string {
		if m.known.online() || m.known.status.State == session.ByHand {
			return "send"
		}
		return ""
	}
	return []action{
		send,
		{
			name: keys.Indent, help: "complete, or indent", at: []place{{keys.Edit, "tab", "", ""}}, harmless: true,
			word: func(m *Model, c keys.Context) string {
				if c == keys.Edit && m.desk.onDraft() && m.desk.draft.InTag() {
					return "complete"
				}
				return ""
			},
		},
		inComposer(action{name: keys.SendRaw, help: "send the draft as it stands, whatever the rules of an IQ say", at: []place{{keys.Panes, "alt+r", "", ""}}}),
		{
			name: keys.LeaveEdit, keysOnly: true, help: "stop typing, so that letters are commands",
			at: []place{{keys.Edit, "esc", "stop typing", ""}, {keys.KindForm, "esc", "stop typing", ""}}, do: goBack, word: closesNotice("stop typing"),
		},
		{
			name: keys.StartEdit, keysOnly: true, help: "type in the draft", at: []place{{keys.Compose, "enter i", "type", ""}},
			do: func(m *Model) tea.Cmd { m.desk.edit(); return nil }, harmless: true,
		},
	}
}

// The actions on what is selected in the draft.
const (
	CutSelection  keys.Action = "cut-selection"
	CopySelection keys.Action = "copy-selection"
)

// onSelection takes what is selected in the draft to the clipboard, out of the draft or not.
func onSelection(name keys.Action, help, key string) action {
	return action{
		name: name, help: help, at: []place{{keys.Edit, key, "", ""}},
		can: needs("nothing is selected in the draft", func(m *Model) bool { return m.desk.onDraft() && m.desk.draft.Selection() != "" }),
		do: func(m *Model) tea.Cmd {
			text := m.desk.draft.Selection()
			if name == CutSelection {
				m.desk.draft.Do(keys.DeleteLeft)
			}
			return copyText("the selection", plainText(text), m.copy.Copy)
		},
	}
}

// draftActions work on the text in the composer.
func draftActions() []action {
	fix := inPane(layout.Compose, action{name: keys.ApplyFix, help: "apply the fix that is offered", at: inDraft("f8", "f8")})
	for i := range fix.at {
		fix.at[i].footer = "fix"
	}
	fix.can = needs("no fix is offered", func(m *Model) bool {
		return m.desk.onDraft() && m.desk.draft.Fix() != nil
	})
	return []action{
		fix,
		inPane(layout.Compose, action{name: keys.NextFinding, help: "go to the next finding", at: inDraft("f7", "f7")}),
		layingOut(compose.Format, "lay the draft out, each element on a line of its own", "alt+q"),
		layingOut(compose.WrapTags, "break up long tags of the draft, an attribute a line", "alt+w"),
		onSelection(CutSelection, "cut what is selected, into the clipboard", "ctrl+x"),
		onSelection(CopySelection, "copy what is selected", "alt+u"),
		inComposer(action{name: keys.NewDraft, help: "start a new draft", at: inDraft("ctrl+n", "ctrl+n")}),
	}
}

// layingOut is an action that lays the text out anew.
func layingOut(name keys.Action, help, key string) action {
	return action{
		name: name, help: help, at: []place{{keys.Edit, key, "", ""}, {keys.Compose, key, "", ""}}, harmless: true,
		can: needs(errNoDrafts.Error(), func(m *Model) bool { return m.desk.onDraft() }),
		do: func(m *Model) tea.Cmd {
			if err := m.desk.draft.LayOut(name); err != nil {
				m.notice.complain(err)
			}
			return nil
		},
	}
}

// nextRequestActions are about the request that is written, and those to come.
func nextRequestActions() []action {
	timeout := inComposer(action{name: compose.AskTimeout, help: "another timeout for this draft", at: inDraft("alt+t", "alt+t t")})
	for i := range timeout.at {
		timeout.at[i].footer = "timeout"
	}
	timeout.argument = &argument{
		what: "DURATION or none",
		do: func(m *Model, text string) (tea.Cmd, error) {
			d, err := compose.ParseTimeout(text)
			if err == nil {
				m.desk.draft.SetTimeout(d)
			}
			return nil, err
		},
		complete: func(*Model) []string { return []string{"5s", "30s", "5m", "none"} },
	}
	return []action{
		inPane(layout.Compose, action{name: compose.FreshID, help: "put a new id into the draft", at: inDraft("alt+n", "alt+n n")}),
		inPane(layout.Compose, action{name: compose.PrevDraft, help: "the draft sent before", at: inDraft("ctrl+up alt+up", "ctrl+up alt+up")}),
		inPane(layout.Compose, action{name: compose.NextDraft, help: "the draft sent after it", at: inDraft("ctrl+down alt+down", "ctrl+down alt+down")}),
		timeout,
		sessionTimeout(),
	}
}

// inDraft are the places of an action on the draft: while it is typed, in its form, and in its pane.
func inDraft(edit, compose string) []place {
	return []place{{keys.Edit, edit, "", ""}, {keys.KindForm, edit, "", ""}, {keys.Compose, compose, "", ""}}
}

// inComposer makes an action one that the composer carries out.
func inComposer(a action) action {
	a.do = func(m *Model) tea.Cmd { return m.desk.composer.Act(a.name) }
	a.can = func(m *Model) string { return m.desk.composer.Can(a.name) }
	return a
}

// inPane makes an action one that a pane carries out, whichever has the focus.
func inPane(p layout.Pane, a action) action {
	a.do = func(m *Model) tea.Cmd {
		m.desk.pane(p).Do(a.name)
		return nil
	}
	return a
}

// drafting is the user's own composer.
type drafting struct {
	*compose.Pane
	m       *Model
	waiting string // the address of an earlier draft, while one is written that has none
}

func newDrafting(m *Model) *drafting {
	d := &drafting{m: m}
	draft := m.setup.draft
	if draft == "" {
		draft = d.first()
	}
	d.Pane = compose.New(draft, m.theme, m.colours, compose.Source{
		Scope:   m.session.Scope,
		NewID:   m.newID,
		Own:     func() stanza.JID { return m.known.status.JID },
		Timeout: func() time.Duration { return m.known.status.Timeout },

		Catalogue: func() *catalog.Catalog { return m.kinds.loaded.Load() },
		Addresses: m.known.addresses,
	})
	d.SetForms(compose.Forms{KindOf: m.kinds.kindOf, Sources: m.remembered})
	if m.setup.draft == "" {
		d.AdoptID()
	}
	return d
}

// first asks the account's server what it is and can do (XEP-0030): every server answers that.
func (d *drafting) first() string {
	to := ""
	if domain := d.m.known.status.JID.Domain(); domain != "" {
		to = " to='" + stanza.Escape(domain) + "'"
	}
	return "<iq type='get'" + to + "\n    id='" + d.m.newID() + "'>\n  <query xmlns='" + stanza.NSDiscoInfo + "'/>\n</iq>"
}

// Can says that a draft is one, and not a way that is gone by hand.
func (d *drafting) Can(action keys.Action) string {
	switch action {
	case byhand.Take, byhand.Put, byhand.GoOn:
		return "no way to a connection is gone by hand now"
	}
	return ""
}

// Act sends the draft, or changes what is sent.
func (d *drafting) Act(action keys.Action) tea.Cmd {
	switch action {
	case keys.Send:
		return d.send()
	case keys.SendRaw:
		return d.sendRaw()
	case keys.NewDraft:
		if d.m.load(d.first()) {
			d.AdoptID()
		}
	case compose.AskTimeout:
		d.askTimeout()
	case keys.ToggleForm:
		return d.toggleForm()
	}
	return nil
}

// send sends what is in the composer, as it stands there, or shows what keeps it from that.
func (d *drafting) send() tea.Cmd {
	st, finding := d.Sendable()
	if finding != nil {
		d.m.desk.edit()
		d.m.notice.complain(fmt.Errorf("not sent: %w%s", &iqbuilder.RuleError{Finding: *finding}, d.rawHint()))
		return nil
	}
	if st == nil {
		return nil
	}
	if !d.sureOfDanger(st) {
		return nil
	}
	d.remember(st)
	cmd := d.m.outbox.send(outgoing{stanza: st, timeout: d.Timeout()})
	d.Sent()
	return cmd
}

// rawHint says how a draft that breaks the rules can be sent all the same; "" if it is not even
// well-formed.
func (d *drafting) rawHint() string {
	key := d.m.table.keyFor(keys.Edit, keys.SendRaw)
	if st, _ := d.Check(); st == nil || key == "" {
		return ""
	}
	return ". " + key + " sends it as it stands"
}

// sendRaw sends what is in the composer as it stands. It asks once if that is not well-formed.
func (d *drafting) sendRaw() tea.Cmd {
	st, _ := d.Check()
	if st == nil {
		text := d.Text()
		if strings.TrimSpace(text) == "" {
			return d.send() // there is a finding to show
		}
		if st = stanza.Unparsed(text, d.m.session.Scope()); !d.sureOf(st) {
			return nil
		}
	}
	cmd := d.m.outbox.send(outgoing{stanza: st, timeout: d.Timeout(), raw: true})
	d.Sent()
	return cmd
}

// sureOf asks once before what is broken is sent, and says what will likely come of it.
func (d *drafting) sureOf(st *stanza.Stanza) bool {
	fault := st.Fault()
	this := confirmation{action: keys.SendRaw, of: st.XML()}
	if fault == nil || d.m.confirm == this {
		d.m.confirm = confirmation{}
		return true
	}
	d.m.confirm = this
	d.m.overlays.closeLow() // it stands where the question goes
	key := d.m.table.keyFor(keys.Edit, keys.SendRaw)
	d.m.notice.warn(fmt.Sprintf("This is broken, %v: %s. %s once more sends it as it stands.", fault, explain.Broken(fault), key))
	return false
}

// askTimeout asks how long what is sent from this draft is to wait.
func (d *drafting) askTimeout() {
	hint := safetext.CleanLine("45s, 0.3 (seconds), 5m or none; nothing for the session's own, " + words.Setting(d.m.known.status.Timeout))
	p := prompt.New(safetext.Const("Timeout of this draft: "), hint, compose.TimeoutText(d.Timeout()))
	d.m.ask(p, func(answer string) (tea.Cmd, error) {
		return d.m.table.rows[compose.AskTimeout].argument.do(d.m, answer)
	})
}

// load puts another text into the composer and goes there, and reports whether there was room for
// it.
func (m *Model) load(text string) bool {
	if err := m.desk.composer.Load(text); err != nil {
		m.notice.complain(err)
		return false
	}
	m.desk.edit()
	return true
}

// sendRefused says why the session did not take a stanza.
func (m *Model) sendRefused(r SendRefused) {
	switch {
	case errors.Is(r.Err, session.ErrAnswered):
		m.refresh()
		m.notice.refuse(m.known.answeredAlready(r.ID))
	case errors.Is(r.Err, pending.ErrDuplicateID):
		m.notice.refuse(m.table.idPending(r.ID))
	default:
		m.notice.complain(fmt.Errorf("not sent: %w", r.Err))
	}
}

// idPending says that the id in the draft is taken, and what to do.
func (t *table) idPending(id string) string {
	text := "Not sent: a request with the id " + id + " is waiting for its answer."
	if key := t.keyFor(keys.Edit, compose.FreshID); key != "" {
		text += " " + key + " puts a new id into the draft."
	}
	if key := t.keyFor(keys.Edit, keys.SendRaw); key != "" {
		text += " " + key + " sends it all the same."
	}
	return text
}
