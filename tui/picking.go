package tui

import (
	"errors"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/kindform"
	"iqscope/tui/layout"
	"iqscope/tui/pane"
	"iqscope/tui/picker"
	"iqscope/tui/prompt"
)

// pickActions find what can be asked, and fill it in.
func pickActions() []action {
	onDraft := needs(errNoDrafts.Error(), func(m *Model) bool { return m.desk.onDraft() })
	toggle := inComposer(action{name: keys.ToggleForm, help: "the draft as a form, or as text", at: inDraft("f10 alt+v", "f10 alt+v")})
	toggle.at[1].footer = "text"
	toggle.can = onDraft
	here := func(name keys.Action, help, bound, footer string) action {
		return action{name: name, help: help, harmless: true, at: []place{{keys.KindForm, bound, footer, ""}}}
	}
	return []action{
		{
			name: keys.PickRequest, window: true, help: "find a request by letters of what it is, and put it into the composer", do: showPicker, can: onDraft,
			at: []place{
				{keys.Edit, "f2 alt+k", "requests", ""}, {keys.KindForm, "f2 alt+k", "requests", ""}, {keys.Compose, "f2 alt+k", "requests", ""},
				{keys.Panes, "f2 alt+k", "", ""}, {keys.Overlay, "f2 alt+k", "", ""}, {keys.Picker, "f2 alt+k", "", "close"},
			},
		},
		toggle,
		here(kindform.Offer, "put in the next value that fits; to the next field if there is none", "tab", ""),
		here(kindform.OfferBack, "put in the one before", "shift+tab", ""),
		here(kindform.Next, "to the next field", "enter", "next"),
		here(kindform.GiveEmpty, "give an empty value, or take it back", "alt+0", ""),
	}
}

// picking is the picker of requests, as an overlay.
type picking struct {
	*picker.Picker
	m         *Model
	kinds     *catalog.Catalog // that it shows
	shown     int              // the version of the templates that it shows
	supported bool             // it knows what is supported,
	version   uint64           // by this version of what was discovered
	lines     []string
}

// showPicker opens the picker, or closes it.
func showPicker(m *Model) tea.Cmd {
	if p, ok := m.overlays.top().(*picking); ok {
		m.overlays.close(p)
		return nil
	}
	p := &picking{Picker: picker.New(), m: m, shown: -1}
	p.refresh()
	m.overlays.open(p)
	return tea.Batch(m.kinds.fetch(), m.templates.list(m), m.remembered.look(), m.discoverTarget())
}

// refresh shows the kinds and templates that are known now.
func (p *picking) refresh() {
	if kinds := p.m.kinds.get(); kinds != p.kinds {
		p.kinds = kinds
		p.SetKinds(kinds.Kinds())
	}
	if version := p.m.session.Discovered().Version(); !p.supported || p.version != version {
		p.version, p.supported = version, true
		p.SetSupporter(p.m.supporter())
	}
	if p.shown != p.m.templates.version {
		p.shown = p.m.templates.version
		p.SetTemplates(p.m.templates.choices())
	}
}

func (p *picking) Context() keys.Context { return keys.Picker }

func (p *picking) Title() safetext.Text { return safetext.Const("Requests") }

func (p *picking) Can(action keys.Action) string {
	if choice, _ := p.Selected(); action == RemoveTemplate && choice.Template.Name == "" {
		return "no template of yours is selected"
	}
	return ""
}

// Type takes typed and pasted characters alike.
func (p *picking) Type(text string, _ bool) error {
	p.Picker.Type(text)
	return nil
}

// widestPicker and highestPicker are how large the picker may become.
const widestPicker, highestPicker = 150, 40

// Prepare lays the picker out.
func (p *picking) Prepare(look pane.Look) tea.Cmd {
	p.refresh()
	p.lines = nil
	width, height := min(look.Width, widestPicker), min(look.Height, highestPicker)
	if width <= 2*boxFrame || height <= boxFrame {
		return nil
	}
	p.SetSize(width-2*boxFrame, height-boxFrame)
	var lines []string
	for _, line := range p.Picker.View(look.Theme) {
		lines = append(lines, " "+line)
	}
	box := layout.Box{Title: p.Title(), Info: safetext.Const("enter takes it · esc closes"), Focused: true}
	p.lines = box.Draw(width, height, lines, look.Theme)
	return nil
}

func (p *picking) View() []string { return p.lines }

// Do moves the selection, or puts what is selected into the composer.
func (p *picking) Do(action keys.Action) (tea.Cmd, bool) {
	switch action {
	case prompt.Accept:
		choice, ok := p.Selected()
		if !ok {
			return nil, true
		}
		p.m.overlays.close(p)
		if choice.Kind == nil {
			p.m.useTemplate(choice.Template.Name)
			return nil, true
		}
		p.m.desk.draft.begin(choice.Kind)
		return nil, true
	case RemoveTemplate:
		choice, _ := p.Selected()
		return p.m.removeTemplate(choice.Template.Name), true
	}
	return nil, p.Picker.Do(action)
}

// begin puts a request of a kind into the composer, and shows its form. The address stays, and so
// does what becomes of the id: one that was typed stays, one of the program gives way to another.
func (d *drafting) begin(k *catalog.Kind) { d.beginTo(k, d.to()) }

// beginTo does the same for another address.
func (d *drafting) beginTo(k *catalog.Kind, to string) {
	id, made := d.m.newID(), true
	switch st, _ := d.Check(); {
	case st == nil:
	case st.HasID() && !d.MadeID():
		id, made = st.ID(), false
	case st.IsRequest() && !st.HasID():
		id = ""
	}
	d.waiting = ""
	if isOwn(k, to) { // the address is for the next request
		to, d.waiting = "", to
	}
	text := "<iq type='" + string(k.Type) + "'"
	if to != "" {
		text += " to='" + stanza.Escape(to) + "'"
	}
	if id != "" {
		text += " id='" + stanza.Escape(id) + "'"
	}
	text += ">" + k.Blank() + "</iq>"
	if st, err := stanza.Parse(text, d.m.session.Scope()); err == nil {
		text = st.Pretty(0)
	}
	if !d.m.load(text) {
		return
	}
	if made && id != "" {
		d.AdoptID()
	}
	d.Begin(k)
	if kindform.Fits(k, to) && asks(k) {
		d.Form().FocusFields()
	} else {
		d.Form().FocusAddress()
	}
}

// to is the address that the next request keeps: that of the draft, or of the one before it.
func (d *drafting) to() string {
	st, _ := d.Check()
	if st != nil && st.To() != "" {
		return st.To()
	}
	return d.waiting
}

// isOwn says whether a kind is rather asked of one's own account, which needs no address: because
// nobody else is asked, or because the address is none of those that are.
func isOwn(k *catalog.Kind, to string) bool {
	return slices.Contains(k.To, "account") && (len(k.To) == 1 || !kindform.Fits(k, to))
}

// asks says whether a kind has something to fill in.
func asks(k *catalog.Kind) bool {
	return slices.ContainsFunc(k.Fields, func(f catalog.Field) bool { return f.Fixed == "" })
}

// toggleForm shows the draft as a form, or as text.
func (d *drafting) toggleForm() tea.Cmd {
	fetch := d.m.kinds.fetch()
	err := d.ToggleForm()
	switch {
	case errors.Is(err, compose.ErrNoKind) && fetch != nil: // it may be one of the user's own
		d.m.kinds.then = d.toggleForm
		return fetch
	case err != nil:
		d.m.notice.complain(err)
	default:
		d.m.desk.edit()
	}
	return tea.Batch(fetch, d.m.remembered.look())
}

// remember keeps what a request is sent with, to be offered again.
func (d *drafting) remember(st *stanza.Stanza) {
	if !d.Forming() { // what is typed as text is not looked up: that would cost whoever asks for no form
		d.m.remembered.sent(st, nil, nil)
		return
	}
	d.m.remembered.sent(st, d.Form().Kind(), d.Form().Values())
}

// sureOfDanger asks once before something is sent that loses something. Only a set does.
func (d *drafting) sureOfDanger(st *stanza.Stanza) bool {
	danger := d.m.kinds.danger(st)
	this := confirmation{action: keys.Send, of: st.XML()}
	if danger == "" || d.m.confirm == this {
		d.m.confirm = confirmation{}
		return true
	}
	d.m.confirm = this
	d.m.overlays.closeLow() // it stands where the question goes
	d.m.notice.warn("? " + danger + " " + d.m.table.keyFor(keys.Edit, keys.Send) + " once more sends it; any other key keeps it.")
	return false
}
