package kindform

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"iqscope/iqbuilder/catalog"
)

// input is a place for one value.
type input struct {
	field *catalog.Field // nil for the address
	list  *catalog.Field // whose column the field is; nil for none
	row   int            // of that list, from 0
	key   string         // in the values
	index int            // of the values that have this key
	value string
	given bool // it is a value, be it an empty one
	last  bool // of a repeated field or a list, the room for one more
	adds  bool // a field of a form or a language is added here, as NAME=value
}

// is says whether the input is of a datatype.
func (in *input) is(t catalog.Datatype) bool { return in.field != nil && in.field.Type == t }

// required says whether a value has to be given.
func (in *input) required() bool {
	return in.field != nil && in.field.Required && in.field.Default == "" && !in.last && !in.adds
}

// turns says whether the space bar goes through the values there are.
func (in *input) turns() bool {
	return !in.adds && (in.is(catalog.Enum) || in.is(catalog.Bool) || in.is(catalog.Flag))
}

// turn puts in the next of the values there are, and behind the last one none.
func (in *input) turn(by int) {
	choices := append(in.choices(), "")
	i := slices.Index(choices, in.value)
	if i < 0 {
		i = len(choices) - 1
	}
	in.value = choices[(i+by)%len(choices)]
	in.given = in.value != ""
}

// choices are all values there are, of what has few.
func (in *input) choices() []string {
	var all []string
	switch {
	case in.adds:
	case in.is(catalog.Flag):
		all = []string{"true"}
	case in.is(catalog.Bool):
		all = []string{"true", "false"}
	case in.is(catalog.Enum):
		for _, c := range in.field.Choices {
			all = append(all, c.Value)
		}
	}
	return all
}

// inputsOf are the inputs of a kind, with what is given.
func inputsOf(kind *catalog.Kind, to string, v catalog.Values) []*input {
	all := []*input{{key: "", value: to, given: to != ""}}
	for i := range kind.Fields {
		f := &kind.Fields[i]
		switch {
		case f.Fixed != "":
		case f.Type == catalog.List:
			n := rowsOf(f, v)
			for row := range n {
				all = append(all, rowInputs(f, row, v)...)
			}
			all = append(all, lastRow(f, n)...)
		case f.Type == catalog.Form || f.Languages:
			if f.Languages {
				all = append(all, given(&input{field: f, key: f.Name}, v[f.Name])...)
			}
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if strings.HasPrefix(key, f.Name+"[") && len(v[key]) > 0 {
					all = append(all, given(&input{field: f, key: key}, v[key])...)
				}
			}
			all = append(all, adder(f))
		default:
			all = append(all, given(&input{field: f, key: f.Name}, v[f.Name])...)
			if f.Repeated && len(v[f.Name]) > 0 {
				all = append(all, &input{field: f, key: f.Name, index: len(v[f.Name]), last: true})
			} else if f.Repeated {
				all[len(all)-1].last = !f.Required
			}
		}
	}
	return all
}

// given is a copy of the input for each of the values, or the input itself for none.
func given(in *input, values []string) []*input {
	if len(values) == 0 {
		return []*input{in}
	}
	all := make([]*input, len(values))
	for i, value := range values {
		one := *in
		one.index, one.value, one.given = i, value, true
		all[i] = &one
	}
	return all
}

// rowsOf is how many rows of a list have values.
func rowsOf(f *catalog.Field, v catalog.Values) int {
	for n := 0; ; n++ {
		if !slices.ContainsFunc(f.Columns, func(c catalog.Field) bool { return len(v[columnKey(f, n, &c)]) > 0 }) {
			return n
		}
	}
}

func columnKey(f *catalog.Field, row int, column *catalog.Field) string {
	return fmt.Sprintf("%s[%d].%s", f.Name, row+1, column.Name)
}

func rowInputs(f *catalog.Field, row int, v catalog.Values) []*input {
	var all []*input
	for i := range f.Columns {
		c := &f.Columns[i]
		if c.Fixed == "" {
			key := columnKey(f, row, c)
			all = append(all, given(&input{field: c, list: f, row: row, key: key}, v[key])...)
			if c.Repeated && len(v[key]) > 0 {
				all = append(all, &input{field: c, list: f, row: row, key: key, index: len(v[key])})
			}
		}
	}
	return all
}

// lastRow is the room for one more row of a list.
func lastRow(f *catalog.Field, row int) []*input {
	all := rowInputs(f, row, nil)
	for _, in := range all {
		in.last = true
	}
	return all
}

// adder is where a field of a form, or a language, is added.
func adder(f *catalog.Field) *input { return &input{field: f, key: f.Name + "[", adds: true} }

func insert(inputs []*input, at int, more ...*input) []*input {
	return slices.Insert(inputs, at, more...)
}

// grow makes room for one more behind an input that was the last place and now has a value.
func grow(inputs []*input, at int) []*input {
	in := inputs[at]
	switch {
	case !in.given || in.adds:
		return inputs
	case in.last && in.list != nil:
		end := at + 1
		for i := range inputs {
			if o := inputs[i]; o.list == in.list && o.row == in.row {
				o.last = false
				end = max(end, i+1)
			}
		}
		return insert(inputs, end, lastRow(in.list, in.row+1)...)
	case in.field != nil && in.field.Repeated:
		if at+1 < len(inputs) && inputs[at+1].field == in.field && inputs[at+1].row == in.row {
			return inputs
		}
		in.last = false
		more := *in
		more.index, more.value, more.given, more.last = in.index+1, "", false, in.list == nil
		return insert(inputs, at+1, &more)
	}
	return inputs
}

// added takes apart what is typed to add a field of a form or a language.
func (in *input) added() (key, value string, ok bool) {
	name, value, ok := strings.Cut(in.value, "=")
	name = strings.TrimSpace(name)
	return in.field.Name + "[" + name + "]", value, ok && name != ""
}

// settle makes an input of what was typed to add one.
func (in *input) settle() bool {
	key, value, ok := in.added()
	if !ok || in.wrongName(key) {
		return false
	}
	*in = input{field: in.field, key: key, value: value, given: true}
	return true
}

// wrongName says whether the name that is to be added cannot be one: of a language, where brackets
// have to hold one.
func (in *input) wrongName(key string) bool {
	lang := strings.TrimSuffix(strings.TrimPrefix(key, in.field.Name+"["), "]")
	return in.field.Languages && (&catalog.Field{Type: catalog.Lang}).Check(lang) != nil
}

// Values are what the inputs say. Rows of a list have no gaps.
func (f *Form) Values() catalog.Values {
	v := catalog.Values{}
	rows := map[*catalog.Field]map[int]int{} // of each list, the rows that have values, and their numbers there
	for _, in := range f.inputs[1:] {
		switch {
		case !in.given:
			continue
		case in.adds:
			if key, value, ok := in.added(); ok && !in.wrongName(key) {
				v[key] = append(v[key], value)
			}
			continue
		case in.list != nil:
			if rows[in.list] == nil {
				rows[in.list] = map[int]int{}
			}
			n, ok := rows[in.list][in.row]
			if !ok {
				n = len(rows[in.list])
				rows[in.list][in.row] = n
			}
			in.key = columnKey(in.list, n, in.field)
		}
		v[in.key] = append(v[in.key], in.value)
	}
	return v
}

// addHint says how a field of a form or a language is added.
func addHint(f *catalog.Field) string {
	if f.Languages {
		return "LANGUAGE=text, such as de=…"
	}
	return "NAME=value, a field of the form"
}

// label is what stands before an input.
func (in *input) label() string {
	switch {
	case in.field == nil:
		return "to"
	case in.adds:
		return in.field.Name + "[…]"
	case in.list != nil:
		return in.list.Name + "[" + strconv.Itoa(in.row+1) + "]." + in.field.Name
	}
	return in.key
}
