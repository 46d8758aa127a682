package forms

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/form"
	"iqscope/tui/field"
)

// widget is a field as it is edited.
type widget struct {
	*form.Field
	lines   []*field.Field // of a text
	chosen  int            // of a list-single; -1 for none
	marked  []bool         // of a list-multi, and one of a boolean
	changed bool
	problem string
}

func newWidget(f *form.Field) *widget {
	w := &widget{Field: f, chosen: -1}
	switch w.kind() {
	case form.Boolean:
		w.marked = []bool{len(f.Values) > 0 && form.True(f.Values[0])}
	case form.ListSingle:
		for i, o := range f.Options {
			if len(f.Values) > 0 && o.Value == f.Values[0] {
				w.chosen = i
				break
			}
		}
	case form.ListMulti:
		for _, o := range f.Options {
			w.marked = append(w.marked, slices.Contains(f.Values, o.Value))
		}
	case form.Fixed:
	default:
		values := f.Values
		if !f.Type.Multi() {
			values = values[:min(1, len(values))]
		}
		for _, value := range values {
			w.lines = append(w.lines, field.New(value))
		}
		if len(w.lines) == 0 {
			w.lines = []*field.Field{field.New("")}
		}
	}
	return w
}

// kind is how the field is edited: lists to which one may add, and those without options, as text.
func (w *widget) kind() form.FieldType {
	switch {
	case (w.Type == form.ListSingle || w.Type == form.ListMulti) && (w.Rules.Open || len(w.Options) == 0):
		return form.TextMulti
	}
	return w.Type
}

// multi says that Enter begins another line.
func (w *widget) multi() bool { return w.Type.Multi() && w.lines != nil }

// parts is in how many places of the widget the cursor can be.
func (w *widget) parts() int {
	switch w.kind() {
	case form.Fixed:
		return 0
	case form.ListMulti:
		return len(w.marked)
	case form.Boolean, form.ListSingle:
		return 1
	}
	return len(w.lines)
}

// values are the widget's now.
func (w *widget) values() []string {
	var values []string
	switch w.kind() {
	case form.Boolean:
		return []string{map[bool]string{true: "1", false: "0"}[w.marked[0]]}
	case form.ListSingle:
		if w.chosen >= 0 {
			values = []string{w.Options[w.chosen].Value}
		}
	case form.ListMulti:
		for i, on := range w.marked {
			if on {
				values = append(values, w.Options[i].Value)
			}
		}
		for _, v := range w.Values { // what came chosen without being offered stays
			if !slices.ContainsFunc(w.Options, func(o form.Option) bool { return o.Value == v }) {
				values = append(values, v)
			}
		}
	default:
		for _, line := range w.lines {
			if text := line.Text(); text != "" || !w.multi() || w.Type == form.TextMulti && len(w.lines) > 1 {
				values = append(values, text)
			}
		}
	}
	return values
}

// edited keeps that a field was changed, and looks at it again.
func (w *widget) edited() {
	w.changed = true
	w.problem = ""
	if err := w.Check(w.values()); err != nil {
		w.problem = err.Error()
	}
}

// jump chooses the next option that begins with a text.
func (w *widget) jump(text string) {
	for i := range w.Options {
		at := (w.chosen + 1 + i) % len(w.Options)
		if strings.HasPrefix(strings.ToLower(w.Options[at].Text()), strings.ToLower(text)) {
			w.chosen = at
			w.edited()
			return
		}
	}
}
