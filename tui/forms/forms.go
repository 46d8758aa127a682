// Package forms draws a data form that is being filled in, on top of the panes: a line for each field,
// and below them what can be done with the form. It knows nothing of where a form comes from and
// where it goes: its owner says what the buttons are, and takes the values.
//
//	s := forms.New(f)
//	s.SetButtons("submit", "cancel")
//	s.Do(forms.Next)
//	s.Type("text", false)
//	values, err := s.Values() // what was changed, for form.Form.Submit
//
// Each type of field is edited in its place: a boolean is turned by Space, of a list one is chosen by
// Space or the arrows, of a list-multi each option is turned on its own, text is typed, and the lines of
// text-multi and jid-multi go on with Enter. What is typed into text-private is shown as dots.
package forms

import (
	"errors"
	"slices"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/form"
	"iqscope/tui/field"
	"iqscope/tui/keys"
)

// Actions of this screen alone.
const (
	Enter   keys.Action = "form-enter"         // goes on, or does what the button says
	Submit  keys.Action = "form-submit"        // the first button, wherever one is
	Next    keys.Action = "form-next-field"    //
	Prev    keys.Action = "form-prev-field"    //
	Compose keys.Action = "form-into-composer" // the request, without sending it
)

// Screen is a form that is being filled in. It belongs to the update loop.
type Screen struct {
	title   safetext.Text
	form    *form.Form
	widgets []*widget // of the fields that can be seen
	buttons []string
	notes   []Note
	busy    safetext.Text // what is waited for; empty for nothing
	at      place
	top     int // the first line that is seen
	lines   []string
}

// Note is a text above the form.
type Note struct {
	Mark string // "", "warn" or "error"
	Text string
}

// place is where the cursor is: in a part of a widget, or at a button.
type place struct{ widget, part int }

// New returns the screen for a form; the cursor is in the first field that can be changed, and else at
// the first button.
func New(title safetext.Text, f *form.Form) *Screen {
	s := &Screen{title: title, form: f}
	seen := map[string]bool{}
	for i := range f.Fields {
		one := &f.Fields[i]
		if one.Type == form.Hidden || one.Type != form.Fixed && (one.Var == "" || seen[one.Var]) {
			continue
		}
		seen[one.Var] = true
		s.widgets = append(s.widgets, newWidget(one))
	}
	s.Reset()
	return s
}

// Reset puts the cursor to where it begins: into the first field that can be changed, and else to the
// first button.
func (s *Screen) Reset() {
	s.at = place{len(s.widgets), 0}
	for _, p := range s.places() {
		s.at = p
		break
	}
}

// places are those where the cursor can be, in their order.
func (s *Screen) places() []place {
	var all []place
	for i, w := range s.widgets {
		for part := range w.parts() {
			all = append(all, place{i, part})
		}
	}
	for i := range s.buttons {
		all = append(all, place{len(s.widgets), i})
	}
	return all
}

// SetButtons says what can be done with the form, the usual first.
func (s *Screen) SetButtons(words ...string) { s.buttons = words }

// SetNotes puts texts above the form.
func (s *Screen) SetNotes(notes ...Note) { s.notes = notes }

// SetBusy says what is waited for; meanwhile nothing can be changed. An empty text ends that.
func (s *Screen) SetBusy(what safetext.Text) { s.busy = what }

// Busy says that something is waited for.
func (s *Screen) Busy() bool { return !s.busy.Empty() }

// Button is the one that the cursor is at; false for none.
func (s *Screen) Button() (int, bool) {
	if s.at.widget < len(s.widgets) || s.at.part >= len(s.buttons) {
		return 0, false
	}
	return s.at.part, true
}

// here is the widget that the cursor is in; nil for none.
func (s *Screen) here() *widget {
	if s.at.widget >= len(s.widgets) {
		return nil
	}
	return s.widgets[s.at.widget]
}

// move goes some places on, or back.
func (s *Screen) move(by int) {
	all := s.places()
	if len(all) == 0 {
		return
	}
	i := slices.Index(all, s.at)
	s.at = all[max(0, min(i+by, len(all)-1))]
}

// Values are those of the fields that were changed, by name. The error is what is wrong with any
// field; it is shown there, and the cursor goes to the first.
func (s *Screen) Values() (form.Values, error) {
	v := form.Values{}
	for _, w := range s.widgets {
		w.problem = ""
		if w.changed {
			v[w.Var] = w.values()
		}
	}
	err := s.form.Check(v)
	s.Refuse(err)
	return v, err
}

// Refuse shows errors of package form at their fields, and goes to the first.
func (s *Screen) Refuse(err error) {
	first := -1
	for _, e := range split(err) {
		var one *form.FieldError
		if !errors.As(e, &one) {
			continue
		}
		for i, w := range s.widgets {
			if w.Var == one.Var && w.parts() > 0 {
				w.problem = one.Text
				if first < 0 || i < first {
					first = i
				}
			}
		}
	}
	if first >= 0 {
		s.at = place{first, 0}
	}
}

func split(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// Type takes typed or pasted characters.
func (s *Screen) Type(text string, pasted bool) {
	w := s.here()
	if w == nil || s.Busy() {
		return
	}
	switch w.kind() {
	case form.Fixed:
	case form.Boolean, form.ListMulti, form.ListSingle:
		if text == " " && !pasted {
			s.turn(1)
		} else if w.kind() == form.ListSingle && !pasted {
			w.jump(text)
		}
	default:
		if w.multi() && strings.ContainsAny(text, "\n\r") {
			text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
			for i, line := range strings.Split(text, "\n") {
				if i > 0 {
					s.newLine()
				}
				w.lines[s.at.part].Type(line)
			}
		} else {
			w.lines[s.at.part].Type(text)
		}
		w.edited()
	}
}

// turn turns what is marked, or chooses the next one of a list.
func (s *Screen) turn(by int) {
	w := s.here()
	switch w.kind() {
	case form.Boolean:
		w.marked[0] = !w.marked[0]
	case form.ListMulti:
		w.marked[s.at.part] = !w.marked[s.at.part]
	case form.ListSingle:
		n := len(w.Options)
		least := -1 // none is a choice, too, where none is required
		if w.Required {
			least = 0
		}
		w.chosen += by
		if w.chosen >= n {
			w.chosen = least
		} else if w.chosen < least {
			w.chosen = n - 1
		}
	}
	w.edited()
}

// mostLines bounds the lines of a field, and so what a paste can make of it.
const mostLines = 1000

// newLine begins another line of a text behind the one that the cursor is in.
func (s *Screen) newLine() {
	w := s.here()
	if len(w.lines) >= mostLines {
		return
	}
	s.at.part++
	w.lines = slices.Insert(w.lines, s.at.part, field.New(""))
	w.edited()
}

// Do edits the form or moves the cursor, and reports whether the action does that. What a button does
// is not done here.
func (s *Screen) Do(action keys.Action) bool {
	w := s.here()
	switch action {
	case Next:
		s.move(1)
	case Prev:
		s.move(-1)
	case keys.PageDown:
		s.move(10)
	case keys.PageUp:
		s.move(-10)
	case Enter:
		switch {
		case w != nil && w.multi() && !s.Busy() && (w.lines[s.at.part].Text() != "" || s.at.part < len(w.lines)-1):
			s.newLine()
		case w != nil:
			s.move(1)
		default:
			return false
		}
	default:
		return s.edit(action)
	}
	return true
}

// edit does what changes the field that the cursor is in.
func (s *Screen) edit(action keys.Action) bool {
	w := s.here()
	if s.Busy() {
		return false
	}
	if w == nil { // the buttons stand beside each other
		switch action {
		case keys.CursorLeft:
			s.at.part = max(0, s.at.part-1)
		case keys.CursorRight:
			s.at.part = min(len(s.buttons)-1, s.at.part+1)
		default:
			return false
		}
		return true
	}
	if w.lines == nil {
		switch action {
		case keys.CursorRight:
			s.turn(1)
		case keys.CursorLeft:
			s.turn(-1)
		default:
			return false
		}
		return true
	}
	line := w.lines[s.at.part]
	if action == keys.DeleteLeft && line.Text() == "" && len(w.lines) > 1 {
		w.lines = slices.Delete(w.lines, s.at.part, s.at.part+1)
		s.at.part = max(0, s.at.part-1)
		w.edited()
		return true
	}
	before := line.Text()
	done := line.Do(action)
	if line.Text() != before {
		w.edited()
	}
	return done
}
