package stricttoml

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"iqscope/internal/nearest"
)

// Unmarshaler is a type that reads itself. The error is a sentence that says what it wants, such as
// "want a number from 1 on"; the key is put before it.
type Unmarshaler interface {
	UnmarshalValue(Value) error
}

// Value is a value as it stands in the text.
type Value struct {
	Kind         Kind
	Text         string  // of a string what it says, of other values how they are written
	Items        []Value // of an array
	Line, Column int     // of its key, or of itself in an array
}

// decoder puts nodes into structures.
type decoder struct {
	format Format
	found  *findings
}

// target is the structure that a pointer leads to.
func target(into any) reflect.Value { return reflect.ValueOf(into).Elem() }

// value puts a node into a field. Pattern is its path in Format.
func (d *decoder) value(n *node, v reflect.Value, pattern string) {
	if u, ok := v.Addr().Interface().(Unmarshaler); ok {
		if err := u.UnmarshalValue(d.valueOf(n)); err != nil {
			d.wrong(n, err.Error())
		}
		return
	}
	if d.found.full() { // nobody will use what is read
		return
	}
	ok := true
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), pattern)
	case reflect.Struct:
		if ok = n.kind == Table; ok {
			d.table(n, v, pattern)
		}
	case reflect.Map:
		if ok = n.kind == Table; ok {
			d.names(n, v, pattern)
		}
	case reflect.Slice:
		if rows(v.Type()) {
			if ok = n.kind == Row; ok {
				d.row(n, v, pattern)
			}
			break
		}
		if ok = n.kind == Array && !slices.ContainsFunc(n.items, func(i *node) bool { return !fits(i, v.Type().Elem()) }); ok {
			v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
			for i, item := range n.items {
				d.scalar(item, v.Index(i), n.key, pattern)
			}
		}
	default:
		if ok = fits(n, v.Type()); ok {
			d.scalar(n, v, n.key, pattern)
		}
	}
	if !ok {
		d.wrong(n, "want "+wanted(v.Type(), pattern))
	}
}

func (d *decoder) wrong(n *node, why string) {
	d.found.add(n.at, n, fmt.Sprintf("%.60s: %.300s", n.key, why))
}

func (d *decoder) valueOf(n *node) Value {
	v := Value{Kind: n.kind, Text: n.text}
	v.Line, v.Column = d.found.document.place(n.at)
	for _, item := range n.items {
		v.Items = append(v.Items, d.valueOf(item))
	}
	return v
}

// structure reads the whole document.
func (d *decoder) structure(root *node, v reflect.Value) { d.table(root, v, "") }

// table puts the keys of a table into the fields of a structure.
func (d *decoder) table(n *node, v reflect.Value, pattern string) {
	fields := fieldsOf(v.Type())
	for _, key := range n.order {
		child, path := n.keys[key], join(pattern, key)
		if i, ok := fields[key]; ok {
			d.value(child, v.Field(i), path)
			continue
		}
		if d.found.full() { // the suggestion costs more than the rest
			return
		}
		why, ok := d.format.Refused[path]
		if !ok {
			why = unknown(key, v.Type(), pattern, fields)
		}
		d.found.add(child.at, child, why)
	}
}

// unknown says that a structure has no such key, and which may be meant.
func unknown(key string, structure reflect.Type, pattern string, fields map[string]int) string {
	// A table's key outside of any table is a header forgotten.
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		t := structure.Field(fields[name]).Type
		line := "[" + written(join(pattern, name)) + "]"
		switch {
		case rows(t):
			line = "[" + line + "]"
		case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct:
			line = "[" + written(join(pattern, name)) + ".NAME]"
		default:
			continue
		}
		if _, ok := fieldsOf(t.Elem())[key]; ok {
			return fmt.Sprintf("%q belongs into a %s, below a line such as %s", key, name, line)
		}
	}
	return fmt.Sprintf("there is no key %.60q%s", key, nearest.Suggestion(key, slices.Sorted(maps.Keys(fields)), "known are "))
}

// names puts a table into a map.
func (d *decoder) names(n *node, v reflect.Value, pattern string) {
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.order)))
	for _, key := range n.order {
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(n.keys[key], value, join(pattern, "*"))
		v.SetMapIndex(reflect.ValueOf(key), value)
	}
}

// row puts the tables of a row into a slice.
func (d *decoder) row(n *node, v reflect.Value, pattern string) {
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		d.table(item, v.Index(i), pattern)
	}
}

// scalar puts a text, a number or a truth that fits into a field.
func (d *decoder) scalar(n *node, v reflect.Value, key, pattern string) {
	switch v.Kind() {
	case reflect.String:
		choices, limited := d.format.Choices[pattern]
		if limited && !slices.Contains(choices, n.text) {
			if d.found.full() { // the suggestion costs more than the rest
				return
			}
			d.found.add(n.valueAt, n, fmt.Sprintf("%s: there is no %.60q%s", key, n.text, nearest.Suggestion(n.text, choices, "known are ")))
			return
		}
		v.SetString(n.text)
	case reflect.Bool:
		v.SetBool(n.text == "true")
	case reflect.Float32, reflect.Float64:
		f, _ := strconv.ParseFloat(plain(n.text), 64)
		v.SetFloat(f)
	default:
		i, _ := strconv.ParseInt(plain(n.text), 0, 64)
		v.SetInt(i)
	}
}

// fits reports whether a node is a value that a type can hold.
func fits(n *node, t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String:
		return n.kind == String
	case reflect.Bool:
		return n.kind == Bool
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(plain(n.text), t.Bits())
		return err == nil && (n.kind == Float || n.kind == Integer) && !math.IsNaN(f)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		_, err := strconv.ParseInt(plain(n.text), 0, t.Bits())
		return err == nil && n.kind == Integer
	}
	panic(fmt.Sprintf("stricttoml reads no %v", t)) // a field that the package's comment does not name
}

// plain is a number as strconv reads it.
func plain(number string) string { return strings.ReplaceAll(number, "_", "") }

// wanted is how a problem asks for the value of a type.
func wanted(t reflect.Type, pattern string) string {
	switch t.Kind() {
	case reflect.String:
		return "a text in quotes"
	case reflect.Bool:
		return "true or false"
	case reflect.Struct, reflect.Map:
		return "a table"
	case reflect.Slice:
		switch {
		case rows(t):
			return "tables, each below a line of its own such as [[" + written(pattern) + "]]"
		case t.Elem().Kind() == reflect.String:
			return "texts in quotes, between brackets"
		}
		return wanted(t.Elem(), pattern) + " each, between brackets"
	}
	return "a number"
}

// rows reports whether a type is filled from [[headers]].
func rows(t reflect.Type) bool { return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct }

// fieldsOf are the keys that a structure's fields are read from.
func fieldsOf(structure reflect.Type) map[string]int {
	fields := map[string]int{}
	for i := range structure.NumField() {
		key, _, _ := strings.Cut(structure.Field(i).Tag.Get("toml"), ",")
		if key != "" && key != "-" {
			fields[key] = i
		}
	}
	return fields
}

// written is a path as one writes it in a header.
func written(pattern string) string { return strings.ReplaceAll(pattern, "*", "NAME") }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
