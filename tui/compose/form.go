package compose

import (
	"errors"
	"fmt"
	"strings"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/keys"
	"iqscope/tui/kindform"
)

// Forms is what the composer asks of others for the form of a draft.
type Forms struct {
	// KindOf is the request kind of a stanza, the one that says most about it; nil if none is known.
	KindOf  func(*stanza.Stanza) *catalog.Kind
	Sources kindform.Sources
}

// forming is the draft as a form.
type forming struct {
	form    *kindform.Form // nil until there was one
	shown   bool           // in place of the text
	version uint64         // of the text that the form says
}

// Forming says that the draft is shown as a form.
func (p *Pane) Forming() bool { return p.forming.shown }

// Form is the form of the draft; nil if there was none.
func (p *Pane) Form() *kindform.Form { return p.forming.form }

// Begin shows the form of a request kind. The text is one of it, or will be when the form is filled
// in.
func (p *Pane) Begin(k *catalog.Kind) {
	p.forming.form, p.forming.shown = kindform.New(k, p.forms.Sources), true
	if st, _ := p.Check(); st != nil {
		v, _ := k.Read(st)
		p.forming.form.SetValues(st.To(), v, "")
	}
	p.forming.version = p.editor.Version()
}

// SeeAddresses says that there are others to choose from.
func (p *Pane) SeeAddresses() {
	if p.forming.form != nil {
		p.forming.form.Refresh()
	}
}

// ErrNoKind says that there is no form of a text.
var ErrNoKind = errors.New("no request kind of the catalogue is like this text, so there is no form for it")

// ToggleForm shows the form of the draft in place of the text, or the text again. The error says why
// there is no form.
func (p *Pane) ToggleForm() error {
	f := &p.forming
	if f.shown {
		f.shown = false
		return nil
	}
	st, _ := p.Check()
	switch {
	case st != nil && f.version != p.editor.Version():
		if f.form != nil {
			if _, err := f.form.Kind().Read(st); fits(err) {
				break
			}
		}
		k := p.kindOf(st)
		if k == nil {
			return ErrNoKind
		}
		f.form, f.version = kindform.New(k, p.forms.Sources), 0
	case st == nil && f.form == nil:
		return fmt.Errorf("there is no form of a text that is no stanza yet")
	case f.form == nil:
		return ErrNoKind
	}
	f.shown = true
	p.readText()
	f.form.Refresh()
	return nil
}

// fits says whether a text that was read is a request of the kind, be there more in it or not.
func fits(err error) bool {
	var rest *catalog.RestError
	return err == nil || errors.As(err, &rest)
}

func (p *Pane) kindOf(st *stanza.Stanza) *catalog.Kind {
	if p.forms.KindOf == nil {
		return nil
	}
	return p.forms.KindOf(st)
}

// readText shows what the text says in the form, if it was changed. A text that is not well-formed
// leaves the form as it last was; one that is of another kind has the form of that, and one of no kind
// is shown itself.
func (p *Pane) readText() {
	f := &p.forming
	if !f.shown || f.version == p.editor.Version() {
		return
	}
	f.version = p.editor.Version()
	st, _ := p.Check()
	if st == nil {
		f.form.SetStale("the text is not well-formed; the form is as it last was")
		return
	}
	v, err := f.form.Kind().Read(st)
	if !fits(err) {
		k := p.kindOf(st)
		if k == nil {
			f.shown = false
			return
		}
		f.form = kindform.New(k, p.forms.Sources)
		v, err = k.Read(st)
	}
	more := ""
	var rest *catalog.RestError
	if errors.As(err, &rest) {
		more = rest.Text
	}
	f.form.SetValues(st.To(), v, more)
}

// writeForm puts what the form says into the text. All else in it stays.
func (p *Pane) writeForm() {
	f := &p.forming
	st, _ := p.Check()
	if st == nil {
		return
	}
	kind := f.form.Kind()
	text, err := kind.Update(st, f.form.Values())
	if err != nil {
		f.form.SetProblem("not in the text: " + strings.TrimPrefix(err.Error(), kind.Key+": "))
		return
	}
	start := strings.Index(p.Text(), st.XML())
	if st, err = stanza.Parse(text, st.Scope()); err == nil {
		text, err = withTo(st, f.form.To())
	}
	whole := p.Text()
	whole = whole[:start] + text + whole[start+len(p.checked.stanza.XML()):]
	_ = p.replace(0, len(p.Text()), whole)
	if p.Text() != whole || err != nil {
		f.form.SetProblem("not in the text: there is no room for it, or it is no XML")
	}
	f.version = p.editor.Version()
}

// withTo is the text of a stanza with another address, be it one or not; without one if it is empty.
func withTo(st *stanza.Stanza, to string) (string, error) {
	root, err := st.Tree()
	if err != nil || st.To() == to {
		return st.XML(), err
	}
	xml := st.XML()
	before := root.Pos + len("<") + len(root.QName()) // where the white space before an attribute begins
	behind := before
	for _, a := range root.Attrs {
		switch a.Name {
		case stanza.Name{Local: "to"}:
			if to == "" {
				return xml[:before] + xml[a.End:], nil
			}
			return xml[:a.ValPos] + stanza.Escape(to) + xml[a.ValEnd:], nil
		case stanza.Name{Local: "type"}:
			behind = a.End
		}
		before = a.End
	}
	changed := xml[:behind] + ` to="` + stanza.Escape(to) + `"` + xml[behind:]
	_, err = stanza.Parse(changed, st.Scope())
	return changed, err
}

// typeInForm types into the form, and writes it into the text.
func (p *Pane) typeInForm(text string, pasted bool) error {
	p.readText()
	f := p.forming.form
	f.SetProblem("")
	changed, err := f.Type(text, pasted)
	if changed {
		p.writeForm()
	}
	return err
}

// doInForm runs an action on the form, and reports whether it is one.
func (p *Pane) doInForm(action keys.Action) bool {
	p.readText()
	f := p.forming.form
	f.SetProblem("")
	done, changed, err := f.Do(action)
	if changed {
		p.writeForm()
	}
	if err != nil {
		f.SetProblem(err.Error())
	}
	return done
}
