// Package stricttoml reads TOML into Go structures, and says what is wrong in words for the person
// who wrote the file: every problem has a line, a column, the key it is about and one sentence.
//
//	var file struct {
//		Version int                `toml:"version"`
//		Profile map[string]profile `toml:"profile"` // [profile.work]
//		Rules   []rule             `toml:"rule"`    // [[rule]]
//	}
//	format := stricttoml.Format{Version: 1}
//	document, err := format.Decode("config.toml", text, &file) // err is Problems
//
// A key that no field has is a problem, with the nearest key that there is; so is one that stands
// twice, and a value of another kind than the field's. Fields may be strings, booleans, integers,
// floating point numbers, structures, maps with string keys, pointers to all of these, slices (of
// structures: tables below a line such as [[rule]] each), and types that read themselves
// (Unmarshaler). A field has the key in its tag; without one it has none. Dates are texts here.
//
// What only the caller can judge is judged after decoding: Document.Problem puts a sentence to the
// place that it is about.
//
// The package reads no files: whether one can be trusted and how long it may be is for its caller
// to say. It never panics on what a text says, and its time grows no faster than the text.
//
// Syntax is left to github.com/pelletier/go-toml/v2, whose parser tells where things stand. Its
// decoder does not do: in strict mode the time grows with the square of the unknown keys (64 KB of
// them take 15 s), a value of the wrong kind is described by the Go type of the field, and after
// decoding nothing says where a value stood.
package stricttoml

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// MaxText is how long a text may be, in bytes; what is read from a file is bounded by whoever
	// reads it, mostly at less.
	MaxText = 1 << 20
	// maxDepth is how deep tables and arrays may lie within each other. No format of ours needs
	// more than five, and what walks a document need not think of the stack.
	maxDepth = 32
	// maxProblems is how many are told: enough to mend a file in one go, and few enough to read.
	maxProblems = 5
)

// Format is what a kind of file says beyond the structure that it is read into. Its keys are the
// paths of keys: "profile.*.unanswered", where * stands for any name in a map, and the tables of a
// row are not counted, as in "rule.match".
type Format struct {
	// Version is the newest version of the format that is known. A file says its own with the key
	// version; a newer one is not judged any further. 0 means that there are no versions.
	Version int
	// Choices are the texts that the value of a key, or each in its list, may be.
	Choices map[string][]string
	// Refused are keys that somebody will try, and why there are none.
	Refused map[string]string
}

// Document is a text that was read.
type Document struct {
	file  string
	lines []int // where each line begins, as byte offsets
	root  *node
}

// Problem says what is wrong with a file, and where.
type Problem struct {
	File         string
	Line, Column int // from 1, the column in bytes; 0 for the file as a whole
	// Key is the path of the key, such as profile.work.jid or rule[2].match, the rows counted from
	// 1; "" for none.
	Key  string
	Text string // one sentence, without a full stop
}

func (p *Problem) Error() string {
	if p.Line == 0 {
		return p.File + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
}

// Problems are all that is wrong with a file, in the order of the lines, at least one and at most
// five.
type Problems []*Problem

// Error has a line for each.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap are the problems, for errors.As.
func (p Problems) Unwrap() []error {
	all := make([]error, len(p))
	for i, one := range p {
		all[i] = one
	}
	return all
}

// Decode reads a text into a structure, which has to be zero. The file's name is for the problems
// only. The error is Problems; then the structure has what could be read all the same.
func (f Format) Decode(file string, text []byte, into any) (*Document, error) {
	d := &Document{file: file}
	if len(text) > MaxText {
		return nil, Problems{{File: file, Text: fmt.Sprintf("this is longer than %d bytes", MaxText)}}
	}
	d.lines = append(d.lines, 0)
	for i, c := range text {
		if c == '\n' {
			d.lines = append(d.lines, i+1)
		}
	}
	if bad := notText(text); bad >= 0 {
		return nil, Problems{d.problem(bad, "", "this is no text in UTF-8")}
	}
	found := &findings{document: d}
	d.root = parse(text, found)
	if version, ok := d.root.version(); f.Version > 0 && ok {
		switch {
		case version > f.Version:
			// It may have keys that are not known here, so say the true reason.
			return nil, Problems{{File: file, Key: "version", Text: fmt.Sprintf(
				"the file is for a newer iqscope: it has version = %d, and this one knows %d", version, f.Version)}}
		case version < 0:
			found.add(d.root.keys["version"].at, d.root.keys["version"], fmt.Sprintf("there is no version %d of this file's format", version))
		}
	}
	decoder := decoder{format: f, found: found}
	decoder.structure(d.root, target(into))
	if err := found.problems(); err != nil {
		return nil, err
	}
	return d, nil
}

// Problem puts a sentence to a place: to the key that the path leads to, else to the last part of
// the path that there is. Strings in it are keys, integers count the tables of a row from 0:
//
//	document.Problem("a rule needs a name", "rule", 1, "name")
func (d *Document) Problem(text string, path ...any) *Problem {
	n := d.root
	for _, part := range path {
		next := n.part(part)
		if next == nil {
			break
		}
		n = next
	}
	if n == d.root {
		return &Problem{File: d.file, Text: text}
	}
	return d.problem(n.at, n.path(), text)
}

func (d *Document) problem(offset int, key, text string) *Problem {
	line, column := d.place(offset)
	return &Problem{File: d.file, Line: line, Column: column, Key: key, Text: text}
}

// place is the line and column of a byte, both from 1.
func (d *Document) place(offset int) (line, column int) {
	line, ok := slices.BinarySearch(d.lines, offset)
	if ok {
		line++
	}
	return line, offset - d.lines[line-1] + 1
}

// findings are the problems that were found so far.
type findings struct {
	document *Document
	all      []found
}

// found is a problem whose place and path are not yet made out.
type found struct {
	at   int
	node *node // what it is about; nil for nothing in particular
	text string
}

// full reports whether more problems are found than will be told. One more is kept, because syntax
// is found before the rest wherever it stands.
func (f *findings) full() bool { return len(f.all) > maxProblems }

func (f *findings) add(at int, n *node, text string) {
	if !f.full() {
		f.all = append(f.all, found{at, n, text})
	}
}

func (f *findings) problems() error {
	if len(f.all) == 0 {
		return nil
	}
	slices.SortStableFunc(f.all, func(a, b found) int { return cmp.Compare(a.at, b.at) })
	var problems Problems
	for _, one := range f.all[:min(len(f.all), maxProblems)] {
		problems = append(problems, f.document.problem(one.at, one.node.path(), one.text))
	}
	return problems
}

// notText is where a text stops being one in UTF-8, -1 for nowhere.
func notText(text []byte) int {
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		if c == 0 || c == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// version is what a document says of its version.
func (n *node) version() (int, bool) {
	if v := n.keys["version"]; v != nil && v.kind == Integer {
		version, err := strconv.ParseInt(strings.ReplaceAll(v.text, "_", ""), 0, 64)
		return int(version), err == nil
	}
	return 0, false
}
