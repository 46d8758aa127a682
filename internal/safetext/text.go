package safetext

// Text is text that can be shown. The zero value is the empty text. Values are immutable,
// comparable with ==, and safe for concurrent use. Only this package makes one that is not empty.
type Text struct {
	s string
}

// constant has no name outside this package, so that only an untyped constant can be passed to
// [Const].
type constant string

// Const makes a Text of a constant in the source: Const("pending"). A variable does not compile.
func Const(s constant) Text { return Clean(string(s)) }

// String returns the text, ready to be written to a terminal.
func (t Text) String() string { return t.s }

// Empty reports whether there is nothing to show.
func (t Text) Empty() bool { return t.s == "" }
