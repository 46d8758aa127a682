// Package kindform fills in a request: whom to ask, then the fields of its kind, one below the other.
//
//	f := kindform.New(kind, sources)
//	f.SetValues("demo.localhost", values, "")
//	changed, err := f.Type("x", false) // into the input that has the focus
//	to, values := f.To(), f.Values()
//	lines := f.Draw(look)
//
// The form is one view of a draft whose text is the other. It knows nothing of the text: its owner
// writes what the form says into that, and reads it out again when the text was changed. What is
// wrong with a value is said and keeps nobody from typing on.
//
// An input that is empty gives no value; [GiveEmpty] gives an empty one, as the last page of a result
// set is asked for. Behind the values of a repeated field, and the rows of a list, there is always
// room for one more.
//
// A Form belongs to the update loop.
package kindform

import (
	"errors"
	"strings"

	"iqscope/iqbuilder/catalog"
	"iqscope/tui/editor"
	"iqscope/tui/keys"
)

// The actions of a form.
const (
	Next      keys.Action = "next-field"
	Prev      keys.Action = "previous-field"
	GiveEmpty keys.Action = "give-empty"     // gives an empty value, or takes it back
	Offer     keys.Action = "next-value"     // puts in the next of the values that fit
	OfferBack keys.Action = "previous-value" // the one before
)

// Sources have values to choose from. They are asked at each key, so they must be quick.
type Sources interface {
	// Values are those of a field of the kind, by the field's source; the likeliest first.
	Values(kind *catalog.Kind, field *catalog.Field) []string
	// Addresses are the JIDs that were seen.
	Addresses() []string
}

// Form is the inputs of a request kind. Make one with [New].
type Form struct {
	kind    *catalog.Kind
	sources Sources
	inputs  []*input
	at      int            // the input that has the focus
	editor  *editor.Editor // its text
	rest    string         // what there is more in the text
	stale   string         // why the text cannot be read; the form is as it last was
	problem string         // what could not be done, until the next key
	offers  offers
	top     int // the first input in sight
	errs    map[*input]string
}

// New returns a form without values; the address has the focus.
func New(kind *catalog.Kind, sources Sources) *Form {
	f := &Form{kind: kind, sources: sources}
	f.SetValues("", nil, "")
	return f
}

// Kind is what is filled in.
func (f *Form) Kind() *catalog.Kind { return f.kind }

// SetValues shows what a text says. The rest is a sentence about what there is more in it, "" for
// nothing. The focus stays where it is, as far as there is such a place.
func (f *Form) SetValues(to string, v catalog.Values, rest string) {
	var key string
	index := 0
	if len(f.inputs) > 0 {
		key, index = f.inputs[f.at].key, f.inputs[f.at].index
	}
	f.inputs = inputsOf(f.kind, to, v)
	f.rest, f.stale = rest, ""
	f.at = min(f.at, len(f.inputs)-1)
	for i, in := range f.inputs {
		if in.key == key && in.index <= index {
			f.at = i
		}
	}
	f.check()
	f.focus(f.at)
}

// SetStale says why the text cannot be read at the moment; "" when it can.
func (f *Form) SetStale(why string) { f.stale = why }

// errStale refuses to write into a text that cannot be read.
var errStale = errors.New("the text is no request of this kind now, so the form cannot be written into it; mend the text first, or undo")

// SetProblem says what could not be done; "" when it was.
func (f *Form) SetProblem(text string) { f.problem = text }

// Refresh asks anew for the values to choose from, unless one of them is being chosen.
func (f *Form) Refresh() {
	if f.offers.chosen == none {
		f.look()
	}
}

// focus gives the focus to an input; the cursor stands at the end.
func (f *Form) focus(i int) {
	f.at = max(0, min(i, len(f.inputs)-1))
	f.replaceText(f.inputs[f.at].value)
	f.offers = offers{all: f.candidates(), chosen: none}
}

// FocusAddress goes to the address; what stands there is replaced by what is typed.
func (f *Form) FocusAddress() {
	f.focus(0)
	f.editor.Do(editor.SelectAll)
}

// FocusFields goes to the first field that has to be filled in, or else to the first.
func (f *Form) FocusFields() {
	first := 0
	for i, in := range f.inputs {
		if in.field == nil {
			continue
		}
		if first == 0 {
			first = i
		}
		if in.required() && !in.given {
			first = i
			break
		}
	}
	f.focus(first)
}

// look finds anew what is wrong and what may be put in.
func (f *Form) look() {
	f.check()
	f.offers = offers{all: f.candidates(), chosen: none}
}

// To is the address.
func (f *Form) To() string { return f.inputs[0].value }

// Type types into the input that has the focus, and reports whether the values are others now. What
// is pasted into an address loses its white space.
func (f *Form) Type(text string, pasted bool) (changed bool, err error) {
	if f.stale != "" {
		return false, errStale
	}
	in := f.inputs[f.at]
	if !pasted && text != "" && strings.Trim(text, " ") == "" && in.turns() {
		in.turn(len(text))
		f.replaceText(in.value)
		return f.edited(), nil
	}
	if in.is(catalog.Flag) {
		return false, errors.New("this is there or not: the space bar switches it")
	}
	if in.is(catalog.JID) || in.field == nil {
		text = strings.Join(strings.Fields(text), "")
	}
	if err := f.editor.Insert(text); err != nil {
		return false, err
	}
	return f.take(), nil
}

// take has the input say what its editor does.
func (f *Form) take() bool {
	in := f.inputs[f.at]
	if text := f.editor.Text(); text != in.value {
		in.value, in.given = text, text != ""
		return f.edited()
	}
	return false
}

// edited makes room for one more where the last place was filled.
func (f *Form) edited() bool {
	f.inputs = grow(f.inputs, f.at)
	f.look()
	return true
}

// replaceText shows another text in the input that has the focus.
func (f *Form) replaceText(text string) {
	f.editor = editor.New(text)
	f.editor.Do(editor.CursorTextEnd)
}

// Do runs an action, and reports whether it is one of the form, and whether the values are others
// now.
func (f *Form) Do(action keys.Action) (done, changed bool, err error) {
	switch action {
	case Next, keys.CursorDown:
		f.move(1)
	case Prev, keys.CursorUp:
		f.move(-1)
	case keys.CursorPageDown:
		f.move(pageStep)
	case keys.CursorPageUp:
		f.move(-pageStep)
	case keys.CursorTextStart:
		f.move(-len(f.inputs))
	case keys.CursorTextEnd:
		f.move(len(f.inputs))
	case Offer, OfferBack:
		step := 1
		if action == OfferBack {
			step = -1
		}
		changed, err = f.offer(step)
	case GiveEmpty:
		changed, err = f.giveEmpty()
	case keys.Undo, keys.Redo, keys.Indent:
		return false, false, nil // the text's
	default:
		before := f.editor.Version()
		if f.stale != "" && deletes(action) {
			return true, false, errStale
		}
		if done = f.editor.Do(editor.Command(action)); done && f.editor.Version() != before {
			changed = f.take()
		}
		return done, changed, nil
	}
	return true, changed, err
}

// pageStep is how many inputs a page is.
const pageStep = 8

func deletes(action keys.Action) bool {
	return strings.HasPrefix(string(action), "delete-") || strings.HasPrefix(string(action), "kill-") || action == keys.NewLine
}

// move gives the focus to another input. What was typed to add a field becomes one.
func (f *Form) move(by int) {
	from := f.at
	if in := f.inputs[from]; in.adds && in.settle() {
		f.inputs = insert(f.inputs, from+1, adder(in.field))
		f.check()
	}
	f.focus(from + by)
}

// giveEmpty gives an empty value, or takes it back.
func (f *Form) giveEmpty() (bool, error) {
	in := f.inputs[f.at]
	switch {
	case f.stale != "":
		return false, errStale
	case in.field == nil || in.adds || in.is(catalog.Flag):
		return false, errors.New("an empty value is for fields that hold a text")
	case in.given && in.value != "":
		return false, errors.New("there is a value: delete it first")
	}
	in.given = !in.given
	return f.edited(), nil
}

// Label names the input that has the focus: "to", the name of a field, or list[1].column.
func (f *Form) Label() string { return f.inputs[f.at].label() }
