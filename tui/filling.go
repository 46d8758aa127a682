package tui

import (
	"errors"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/form"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/forms"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
)

// formsActions are those of a form that is filled in, which carries them out.
func formsActions() []action {
	return []action{
		{name: forms.Enter, help: "go on; at a button, do it", at: []place{{keys.Forms, "enter", "go on", ""}}},
		{name: forms.Submit, help: "send the form, or go to the next step", at: []place{{keys.Forms, "alt+enter f5", "send it", ""}}},
		{name: forms.Next, help: "the next field", at: []place{{keys.Forms, "tab down", "next field", ""}}, harmless: true},
		{name: forms.Prev, help: "the field before", at: []place{{keys.Forms, "shift+tab up", "", ""}}, harmless: true},
		{name: forms.Compose, help: "put the request into the composer instead of sending it", at: []place{{keys.Forms, "alt+e", "into the composer", ""}}},
	}
}

// filling is a form that is filled in, as an overlay. It stays while what was sent waits for its
// answer, and goes on with the form in that, so that a command is gone through step by step.
type filling struct {
	*forms.Screen
	m     *Model
	title safetext.Text
	from  session.Exchange // whose reply is filled in
	fill  *catalog.Filling
	sent  string // the id of the request that is waited for; "" for none
	step  catalog.Step
}

// showFilling opens the form in a reply.
func (m *Model) showFilling(v session.Exchange, f *catalog.Filling) {
	s := &filling{m: m, title: safetext.CleanLine(f.Form.Title)}
	s.show(v, f)
	m.overlays.open(s)
}

// show goes to a form.
func (f *filling) show(v session.Exchange, fill *catalog.Filling) {
	f.from, f.fill = v, fill
	title := f.title
	if fill.Form.Title != "" {
		title = safetext.CleanLine(fill.Form.Title)
	}
	if title.Empty() {
		title = safetext.Const("Form")
	}
	if about := fill.Form.About(); about != "" {
		title = safetext.Concat(title, safetext.CleanLine("  "+about))
	}
	f.Screen = forms.New(title, fill.Form)
	var words []string
	for _, step := range fill.Steps {
		words = append(words, step.Word)
	}
	f.SetButtons(words...)
	var notes []forms.Note
	for _, n := range fill.Notes {
		notes = append(notes, forms.Note{Mark: n.Type, Text: n.Text})
	}
	f.SetNotes(notes...)
	f.Reset()
}

func (f *filling) Context() keys.Context { return keys.Forms }

func (f *filling) Title() safetext.Text { return safetext.Const("a form that is filled in") }

func (f *filling) Can(keys.Action) string { return "" }

func (f *filling) Type(text string, pasted bool) error {
	f.Screen.Type(text, pasted)
	return nil
}

// Prepare lays the form out, and looks whether what is waited for has come.
func (f *filling) Prepare(look pane.Look) tea.Cmd {
	cmd := f.awaited()
	f.Screen.Prepare(look)
	return cmd
}

// FillingAnswered is the event that the request which a form became has ended, and that its reply has
// been read.
type FillingAnswered struct {
	filling *filling
	of      session.Exchange // zero when it was not taken
	next    *catalog.Filling // what there is to fill in now; nil for nothing
	command catalog.Command
}

// awaited reads the answer once it is there.
func (f *filling) awaited() tea.Cmd {
	if f.sent == "" {
		return nil
	}
	v, ok := f.m.known.sent(f.sent)
	switch {
	case !ok && f.m.outbox.has(f.sent), ok && v.InFlight():
		return nil
	}
	f.sent = ""
	c := f.m.kinds.get()
	return func() tea.Msg {
		a := FillingAnswered{filling: f, of: v}
		if v.Outcome == stanza.OutcomeResult {
			a.next = c.Fill(v.Stanza, v.Reply)
			a.command, _ = catalog.CommandIn(v.Reply)
		}
		return a
	}
}

// Accept goes on with what was answered.
func (f *filling) Accept(msg tea.Msg) bool {
	a, ok := msg.(FillingAnswered)
	if !ok || a.filling != f {
		return false
	}
	f.SetBusy(safetext.Text{})
	switch {
	case a.of.Stanza == nil: // the session has said why it was not taken
	case a.next != nil:
		f.show(a.of, a.next)
		return true
	case a.of.Outcome == stanza.OutcomeResult:
		f.ended(a.command)
		return true
	case a.of.Outcome == stanza.OutcomeError:
		f.m.notice.complain(errors.New(f.refusal(a.of.Reply.Err())))
	default:
		f.m.notice.complain(fmt.Errorf("%s: no answer to %s; what is filled in is still here", a.of.Outcome, f.step.Word))
	}
	if f.fill == nil { // there is no form to go back to
		f.m.overlays.close(f)
		f.m.desk.show(layout.Inspect)
	}
	return true
}

// ended shows the last reply, by its names.
func (f *filling) ended(c catalog.Command) {
	f.m.overlays.close(f)
	f.m.desk.inspect.ShowFields()
	f.m.desk.show(layout.Inspect)
	text := "done: " + f.step.Word + " was taken"
	if c.Status != "" {
		text = c.Status
	}
	var said []string
	worst := ""
	for _, n := range c.Notes {
		said = append(said, n.Text)
		if n.Type != "info" && worst != "error" {
			worst = n.Type
		}
	}
	if said != nil {
		text += ": " + strings.Join(said, " · ")
	}
	switch worst {
	case "error":
		f.m.notice.fail(text)
	case "warn":
		f.m.notice.warn("! " + text)
	default:
		f.m.notice.tell(text)
	}
}

// refusal says why a step was not taken, and what to try.
func (f *filling) refusal(e *stanza.StanzaError) string {
	if e == nil {
		return f.step.Word + " was not taken"
	}
	text := f.step.Word + " was not taken: " + e.Condition
	if e.Application.Local != "" {
		text += ", " + e.Application.Local
	}
	if e.Text != "" {
		text += ": " + e.Text
	}
	told := explain.Error(explain.Context{Condition: e.Condition, Type: e.Type, Application: e.Application})
	if f.step.Kind != nil && e.Application.Local == "" {
		if known := f.step.Kind.Failure(e); known != nil && known.Remedy != "" {
			return text + ". It means: " + known.Remedy
		}
	}
	if len(told.Try) > 0 {
		text += ". " + told.Try[0]
	}
	return text
}

// Do edits the form, or sends what it has become.
func (f *filling) Do(action keys.Action) (tea.Cmd, bool) {
	switch action {
	case forms.Submit:
		return f.take(0, action), true
	case forms.Compose:
		return f.compose(), true
	case forms.Enter:
		if i, at := f.Button(); at {
			return f.take(i, action), true
		}
	case keys.Close:
		f.m.overlays.close(f)
		if f.fill != nil && !f.Busy() {
			f.m.notice.tell("nothing was sent; the form is still in the reply")
		}
		return nil, true
	}
	return nil, f.Screen.Do(action)
}

// take sends the request that a button stands for. What loses something is asked for once more.
func (f *filling) take(i int, by keys.Action) tea.Cmd {
	if f.Busy() || f.fill == nil || i >= len(f.fill.Steps) {
		return nil
	}
	step := f.fill.Steps[i]
	iq, err := f.request(step)
	if err != nil {
		f.m.notice.complain(err)
		return nil
	}
	if once := (confirmation{by, "filling " + step.Word}); step.Kind != nil && step.Kind.Danger != "" && f.m.confirm != once {
		f.m.confirm = once
		f.m.notice.warn("? " + step.Kind.Danger + " " + f.m.table.keyFor(keys.Forms, by) + " again does it; any other key does not.")
		return nil
	}
	f.m.confirm = confirmation{}
	return f.begin(iq, step)
}

// request is what a step becomes.
func (f *filling) request(step catalog.Step) (*stanza.Stanza, error) {
	var values form.Values
	if step.Fills {
		var err error
		if values, err = f.Values(); err != nil {
			first := strings.SplitN(err.Error(), "\n", 2)[0]
			return nil, fmt.Errorf("not sent: %s", first)
		}
	}
	payload, err := f.fill.Payload(step, values)
	if err != nil {
		return nil, err
	}
	return follow(f.from, step.Type(), payload, f.m.newID())
}

// begin sends a request, and waits for its answer.
func (f *filling) begin(iq *stanza.Stanza, step catalog.Step) tea.Cmd {
	if f.Screen == nil {
		f.Screen = forms.New(f.title, &form.Form{})
	}
	f.sent, f.step = iq.ID(), step
	f.SetBusy(safetext.CleanLine(step.Word + " sent, waiting for the answer …"))
	return f.m.outbox.send(outgoing{stanza: iq, timeout: timeoutOf(f.from)})
}

// compose puts the request of the usual step, or of the button one is at, into the composer.
func (f *filling) compose() tea.Cmd {
	if f.Busy() || f.fill == nil {
		return nil
	}
	i, _ := f.Button()
	iq, err := f.request(f.fill.Steps[i])
	if err != nil {
		f.m.notice.complain(err)
		return nil
	}
	f.m.overlays.close(f)
	f.m.load(iq.Pretty(0))
	return nil
}

// sent is the request of ours with an id that was sent last.
func (k *known) sent(id string) (session.Exchange, bool) {
	for i := len(k.requests) - 1; i >= 0; i-- {
		if k.requests[i].Stanza.ID() == id {
			return k.requests[i], true
		}
	}
	return session.Exchange{}, false
}

// has says that a stanza with an id is still to be handed to the session.
func (b *outbox) has(id string) bool {
	for _, o := range b.waiting {
		if o.stanza.ID() == id {
			return true
		}
	}
	return false
}
