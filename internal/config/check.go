package config

import (
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// wants is what kind of value a key has, and how an error asks for it.
type wants string

const (
	text     wants = `a text in quotes`
	boolean  wants = `true or false`
	duration wants = `seconds, or a duration in quotes such as "1m30s"`
	number   wants = `a number`
	count    wants = `a number from 1 on`
	texts    wants = `texts in quotes, between brackets`
	table    wants = `a table`
	tables   wants = `tables, each below a line of its own such as [[rule]]`
)

// keysOf are the keys that a structure's fields are read from.
func keysOf(structure reflect.Type) map[string]wants {
	keys := map[string]wants{}
	for i := range structure.NumField() {
		field := structure.Field(i)
		t := field.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch key := keyOf(field); {
		case key == "-":
		case t == reflect.TypeFor[Duration]():
			keys[key] = duration
		case t.Kind() == reflect.Bool:
			keys[key] = boolean
		case t.Kind() == reflect.Int:
			keys[key] = count
		case t.Kind() == reflect.Slice:
			keys[key] = texts
		default:
			keys[key] = text
		}
	}
	return keys
}

func keyOf(field reflect.StructField) string {
	key, _, _ := strings.Cut(field.Tag.Get("toml"), ",")
	return key
}

// row is where a table of a row stands, and where its keys do, as byte offsets.
type row struct {
	at   int
	keys map[string]int
}

// check goes through the file once and finds the first key that is not known, or
// whose value is of the wrong kind. The decoder would find unknown keys too, but
// needs time that grows with the square of their number. It returns the rows.
func (f *format) check(path string, source []byte) ([]row, error) {
	c := checker{format: f, path: path}
	c.Reset(source)
	var in []string // the table that key-value pairs belong to
	for c.NextExpression() {
		switch e := c.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			in = nil
			for part := range parts(e) {
				in = append(in, string(part.Data))
				if err := c.known(in, part); err != nil {
					return nil, err
				}
			}
			kind := table
			if e.Kind == unstable.ArrayTable {
				kind = tables
				c.rows = append(c.rows, row{at: int(lastPart(e).Raw.Offset), keys: map[string]int{}})
			}
			if c.wanted(in) != kind {
				return nil, c.problem(lastPart(e), in, "")
			}
		case unstable.KeyValue:
			if err := c.keyValue(in, e); err != nil {
				return nil, err
			}
		}
	}
	// What is no TOML stops the decoder at the same place.
	return c.rows, nil
}

type checker struct {
	unstable.Parser
	*format
	path string
	rows []row
}

func (c *checker) keyValue(in []string, e *unstable.Node) error {
	in = slices.Clone(in)
	for part := range parts(e) {
		in = append(in, string(part.Data))
		if err := c.known(in, part); err != nil {
			return err
		}
	}
	if len(c.rows) > 0 && len(in) == c.depth() {
		c.rows[len(c.rows)-1].keys[in[len(in)-1]] = int(lastPart(e).Raw.Offset)
	}
	value := e.Value()
	if c.wanted(in) == table && value.Kind == unstable.InlineTable {
		for children := value.Children(); children.Next(); {
			if err := c.keyValue(in, children.Node()); err != nil {
				return err
			}
		}
		return nil
	}
	ok := false
	switch c.wanted(in) {
	case text:
		ok = value.Kind == unstable.String
		if err := c.chosen(value, in); ok && err != nil {
			return err
		}
	case texts:
		ok = value.Kind == unstable.Array
		for children := value.Children(); ok && children.Next(); {
			ok = children.Node().Kind == unstable.String
			if err := c.chosen(children.Node(), in); ok && err != nil {
				return err
			}
		}
	case boolean:
		ok = value.Kind == unstable.Bool
	case number:
		ok = value.Kind == unstable.Integer
	case count:
		n, err := strconv.Atoi(string(value.Data))
		ok = value.Kind == unstable.Integer && err == nil && n > 0
	case duration:
		switch value.Kind {
		case unstable.String, unstable.Integer, unstable.Float:
			if _, err := ParseDuration(string(value.Data)); err != nil {
				return c.problem(lastPart(e), in, err.Error())
			}
			ok = true
		}
	}
	if !ok {
		return c.problem(lastPart(e), in, "")
	}
	return nil
}

// known refuses a path whose last part is no key there.
func (c *checker) known(in []string, part *unstable.Node) error {
	name := in[len(in)-1]
	var there map[string]wants
	switch depth := c.depth(); {
	case len(in) == 1:
		there = c.top
	case in[0] != c.tables:
		return c.problem(part, in[:len(in)-1], "")
	case len(in) < depth: // a profile's name
		return nil
	case len(in) == depth:
		there = c.keys
	default:
		return c.problem(part, in[:depth], "")
	}
	if _, ok := there[name]; ok {
		return nil
	}
	line, column := c.at(part)
	if why, ok := c.refused[name]; ok {
		return &Error{c.path, line, column, why}
	}
	// A table's key outside of any table is a header forgotten.
	if _, ok := c.keys[name]; ok && len(in) == 1 {
		return &Error{c.path, line, column, fmt.Sprintf("%q belongs into a %s, below a line such as %s", name, c.tables, c.example)}
	}
	known := slices.Sorted(maps.Keys(there))
	return &Error{c.path, line, column, fmt.Sprintf("there is no key %.60q%s", name, suggestion(name, known, "known are "))}
}

// chosen refuses a text that is none of those that its key may have.
func (c *checker) chosen(value *unstable.Node, in []string) error {
	choices, limited := c.choices[in[len(in)-1]]
	text := string(value.Data)
	if !limited || slices.Contains(choices, text) {
		return nil
	}
	line, column := c.at(value)
	return &Error{c.path, line, column, fmt.Sprintf("%s: there is no %.60q%s", in[len(in)-1], text, suggestion(text, choices, "known are "))}
}

// wanted is what stands at a path that is known.
func (c *checker) wanted(in []string) wants {
	switch {
	case len(in) == 1:
		return c.top[in[0]]
	case len(in) < c.depth():
		return table
	}
	return c.format.keys[in[len(in)-1]]
}

// problem says what the value at a path should be, or why it is none.
func (c *checker) problem(part *unstable.Node, in []string, why string) error {
	line, column := c.at(part)
	if why == "" {
		why = "want " + string(c.wanted(in))
	}
	return &Error{c.path, line, column, fmt.Sprintf("%.60s: %s", in[len(in)-1], why)}
}

func (c *checker) at(n *unstable.Node) (line, column int) {
	return place(c.Data(), int(n.Raw.Offset))
}

// parts yields the parts of a dotted key.
func parts(e *unstable.Node) iter.Seq[*unstable.Node] {
	return func(yield func(*unstable.Node) bool) {
		for key := e.Key(); key.Next(); {
			if !yield(key.Node()) {
				return
			}
		}
	}
}

func lastPart(e *unstable.Node) (last *unstable.Node) {
	for part := range parts(e) {
		last = part
	}
	return last
}
