package config

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pelletier/go-toml/v2/unstable"
)

// wants is what kind of value a key has, and how an error asks for it.
type wants string

const (
	text     wants = `a text in quotes`
	boolean  wants = `true or false`
	duration wants = `seconds, or a duration in quotes such as "1m30s"`
	number   wants = `a number`
	table    wants = `a table`
)

// top are the keys outside of any table.
var top = map[string]wants{"version": number, "default": text, "profile": table}

// keys are those of a profile.
var keys = keysOf(reflect.TypeFor[Profile]())

// refused are keys that somebody will try, and why there are none.
var refused = map[string]string{
	"password": "a password does not belong into this file, which gets copied and shown around; " +
		"use password-command, password-file or keyring = true",
	"secret":          "a secret does not belong into this file; use secret-file",
	"allow-plaintext": "going without TLS to another machine is never a lasting setting; give the flag --allow-plaintext",
}

func keysOf(profile reflect.Type) map[string]wants {
	keys := map[string]wants{}
	for i := range profile.NumField() {
		field := profile.Field(i)
		t := field.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch key := field.Tag.Get("toml"); {
		case key == "-":
		case t == reflect.TypeFor[Duration]():
			keys[key] = duration
		case t.Kind() == reflect.Bool:
			keys[key] = boolean
		default:
			keys[key] = text
		}
	}
	return keys
}

// check goes through the file once and finds the first key that is not known, or
// whose value is of the wrong kind. The decoder would find unknown keys too, but
// needs time that grows with the square of their number.
func check(path string, source []byte) error {
	c := checker{path: path}
	c.Reset(source)
	var in []string // the table that key-value pairs belong to
	for c.NextExpression() {
		switch e := c.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			in = nil
			for part := range parts(e) {
				in = append(in, string(part.Data))
				if err := c.known(in, part); err != nil {
					return err
				}
			}
			if e.Kind == unstable.ArrayTable || wanted(in) != table {
				return c.problem(lastPart(e), in, "")
			}
		case unstable.KeyValue:
			if err := c.keyValue(in, e); err != nil {
				return err
			}
		}
	}
	// What is no TOML stops the decoder at the same place.
	return nil
}

type checker struct {
	unstable.Parser
	path string
}

func (c *checker) keyValue(in []string, e *unstable.Node) error {
	in = slices.Clone(in)
	for part := range parts(e) {
		in = append(in, string(part.Data))
		if err := c.known(in, part); err != nil {
			return err
		}
	}
	value := e.Value()
	if wanted(in) == table && value.Kind == unstable.InlineTable {
		for children := value.Children(); children.Next(); {
			if err := c.keyValue(in, children.Node()); err != nil {
				return err
			}
		}
		return nil
	}
	ok := false
	switch wanted(in) {
	case text:
		ok = value.Kind == unstable.String
	case boolean:
		ok = value.Kind == unstable.Bool
	case number:
		ok = value.Kind == unstable.Integer
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
	switch {
	case len(in) == 1:
		there = top
	case in[0] != "profile":
		return c.problem(part, in[:len(in)-1], "")
	case len(in) == 2: // the profile's name
		return nil
	case len(in) == 3:
		there = keys
	default:
		return c.problem(part, in[:3], "")
	}
	if _, ok := there[name]; ok {
		return nil
	}
	line, column := c.at(part)
	if why, ok := refused[name]; ok {
		return &Error{c.path, line, column, why}
	}
	// A profile's key outside of any profile is a table header forgotten.
	if _, ok := keys[name]; ok && len(in) == 1 {
		return &Error{c.path, line, column, fmt.Sprintf("%q belongs into a profile, below a line such as [profile.work]", name)}
	}
	known := make([]string, 0, len(there))
	for k := range there {
		known = append(known, k)
	}
	slices.Sort(known)
	return &Error{c.path, line, column, fmt.Sprintf("there is no key %.60q%s", name, suggestion(name, known, "known are "))}
}

// wanted is what stands at a path that is known.
func wanted(in []string) wants {
	switch len(in) {
	case 1:
		return top[in[0]]
	case 2:
		return table
	}
	return keys[in[2]]
}

// problem says what the value at a path should be, or why it is none.
func (c *checker) problem(part *unstable.Node, in []string, why string) error {
	line, column := c.at(part)
	if why == "" {
		why = "want " + string(wanted(in))
	}
	return &Error{c.path, line, column, fmt.Sprintf("%.60s: %s", in[len(in)-1], why)}
}

func (c *checker) at(n *unstable.Node) (line, column int) {
	return place(c.Data(), int(n.Raw.Offset))
}

// parts yields the parts of a dotted key.
func parts(e *unstable.Node) func(func(*unstable.Node) bool) {
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
