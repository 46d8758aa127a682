package stricttoml

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// plain reads a text that is all right and written in the usual way, and reports whether it was. It
// knows keys with texts, numbers, truths and lists of texts as values, each on its own line, and rows
// of tables; whatever else there is, right or wrong, makes it false, and is left to the tree, which can
// say what and where. It is there for speed: it is five times as fast as making the tree, and what it
// reads is mostly the program's own.
func (f Format) plain(text string, into reflect.Value) bool {
	if !utf8.ValidString(text) {
		return false
	}
	p := plainReader{format: f, rest: text, tables: []plainTable{{v: into, plan: planOf(into.Type(), "")}}}
	for p.rest != "" {
		p.blank()
		ok := true
		switch {
		case p.rest == "" || p.rest[0] == '\n' || p.rest[0] == '#':
		case p.rest[0] == '[':
			ok = p.header()
		default:
			ok = p.keyValue()
		}
		if !ok || !p.lineEnd() {
			return false
		}
	}
	return true
}

// plainReader is a text that is being read, and the tables that are open: the root, the last of a
// row in it, the last of a row in that.
type plainReader struct {
	format Format
	rest   string
	tables []plainTable
}

type plainTable struct {
	name string
	v    reflect.Value
	plan plan
	seen uint64 // the fields that have a value, as bits
}

// blank skips spaces.
func (p *plainReader) blank() {
	for p.rest != "" && (p.rest[0] == ' ' || p.rest[0] == '\t') {
		p.rest = p.rest[1:]
	}
}

// lineEnd skips what may stand behind a value, the end of the line included.
func (p *plainReader) lineEnd() bool {
	p.blank()
	if p.rest != "" && p.rest[0] == '#' {
		end := strings.IndexByte(p.rest, '\n')
		if end < 0 {
			end = len(p.rest)
		}
		if controls(p.rest[:end]) {
			return false
		}
		p.rest = p.rest[end:]
	}
	if p.rest == "" {
		return true
	}
	if p.rest[0] != '\n' {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// controls reports whether a text of one line has characters that TOML wants escaped.
func controls(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' || c == 0x7f {
			return true
		}
	}
	return false
}

// word takes a key without quotes.
func (p *plainReader) word() string {
	i := 0
	for i < len(p.rest) {
		c := p.rest[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			break
		}
		i++
	}
	word := p.rest[:i]
	p.rest = p.rest[i:]
	return word
}

// take takes one character, if it is the next.
func (p *plainReader) take(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// field is the field of a table for a key; it can be had once.
func (t *plainTable) field(key string) (reflect.Value, step, bool) {
	to, ok := t.plan[key]
	if !ok || to.index >= 64 || t.seen&(1<<to.index) != 0 {
		return reflect.Value{}, to, false
	}
	t.seen |= 1 << to.index
	return t.v.Field(to.index), to, true
}

// header begins another table of a row, as in [[kind.field]].
func (p *plainReader) header() bool {
	if !p.take('[') || !p.take('[') {
		return false
	}
	for depth := 1; ; depth++ {
		name := p.word()
		if name == "" {
			return false
		}
		if p.take('.') {
			// The row that this one is in goes on, or there is none.
			if depth >= len(p.tables) || p.tables[depth].name != name {
				return false
			}
			continue
		}
		if !p.take(']') || !p.take(']') {
			return false
		}
		return p.open(depth, name)
	}
}

// open appends a table to a row of the last table that is so deep.
func (p *plainReader) open(depth int, name string) bool {
	if depth > len(p.tables) {
		return false
	}
	in := &p.tables[depth-1]
	to, ok := in.plan[name]
	if !ok {
		return false
	}
	row := in.v.Field(to.index)
	if !rows(row.Type()) {
		return false
	}
	n := row.Len()
	row.Grow(1)
	row.SetLen(n + 1)
	v := row.Index(n)
	p.tables = append(p.tables[:depth], plainTable{name: name, v: v, plan: planOf(v.Type(), to.path)})
	return true
}

func (p *plainReader) keyValue() bool {
	key := p.word()
	p.blank()
	if key == "" || !p.take('=') {
		return false
	}
	p.blank()
	v, to, ok := p.tables[len(p.tables)-1].field(key)
	if !ok {
		return false
	}
	if _, own := v.Addr().Interface().(Unmarshaler); own {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		text, ok := p.text()
		if !ok || !p.allowed(text, to.path) {
			return false
		}
		v.SetString(text)
	case reflect.Bool:
		word := p.word()
		v.SetBool(word == "true")
		return word == "true" || word == "false"
	case reflect.Int:
		word := p.word()
		n, err := strconv.ParseUint(word, 10, 31)
		if err != nil || len(word) > 1 && word[0] == '0' {
			return false
		}
		if key == "version" && len(p.tables) == 1 && p.format.Version > 0 && int(n) > p.format.Version {
			return false
		}
		v.SetInt(int64(n))
	case reflect.Slice:
		return v.Type().Elem().Kind() == reflect.String && p.list(v, to.path)
	default:
		return false
	}
	return true
}

func (p *plainReader) allowed(text, path string) bool {
	choices, limited := p.format.Choices[path]
	return !limited || slices.Contains(choices, text)
}

// list takes texts between brackets, in as many lines as they need.
func (p *plainReader) list(v reflect.Value, path string) bool {
	if !p.take('[') {
		return false
	}
	all := reflect.MakeSlice(v.Type(), 0, 0)
	item := reflect.New(v.Type().Elem()).Elem()
	if _, own := item.Addr().Interface().(Unmarshaler); own {
		return false
	}
	for p.between(); !p.take(']'); p.between() {
		text, ok := p.text()
		if !ok || !p.allowed(text, path) {
			return false
		}
		item.SetString(text)
		all = reflect.Append(all, item)
		if p.between(); !p.take(',') {
			if !p.take(']') {
				return false
			}
			break
		}
	}
	v.Set(all)
	return true
}

// between skips spaces and ends of lines.
func (p *plainReader) between() {
	for p.blank(); p.take('\n'); p.blank() {
	}
}

// text takes a text in quotes that stands in one line and has no escapes but \" and \\.
func (p *plainReader) text() (string, bool) {
	if p.rest == "" || strings.HasPrefix(p.rest, `"""`) || strings.HasPrefix(p.rest, `'''`) {
		return "", false
	}
	quote := p.rest[0]
	if quote != '"' && quote != '\'' {
		return "", false
	}
	escaped := false
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == quote:
			text := p.rest[1:i]
			p.rest = p.rest[i+1:]
			if escaped {
				text = unescape.Replace(text)
			}
			return text, true
		case c == '\\' && quote == '"':
			if i++; i == len(p.rest) || p.rest[i] != '"' && p.rest[i] != '\\' {
				return "", false
			}
			escaped = true
		case c < ' ' && c != '\t' || c == 0x7f:
			return "", false
		}
	}
	return "", false
}

var unescape = strings.NewReplacer(`\"`, `"`, `\\`, `\`)
