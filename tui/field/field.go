// Package field is one line of text that is being typed, with a cursor: the query of a palette, a
// command. It edits as package editor does, but for lines and selections, and draws itself into a
// row that somebody else has begun.
package field

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/editor"
	"iqscope/tui/keys"
	"iqscope/tui/row"
)

// MaxBytes is the longest text. What is typed here is read at each key, so that a paste must not
// become a burden; nobody types as much.
const MaxBytes = 4096

// Field is the line. Make one with [New]. It belongs to the update loop; drawing it changes
// nothing.
type Field struct{ editor *editor.Editor }

// New returns a field with a text and the cursor at its end.
func New(text string) *Field {
	f := &Field{editor: editor.New("")}
	f.Type(text)
	return f
}

// Text returns what has been typed.
func (f *Field) Text() string { return f.editor.Text() }

// Type inserts typed or pasted characters; line ends and tabs become spaces. What does not fit any
// more is left out.
func (f *Field) Type(text string) {
	text = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ").Replace(text)
	if room := MaxBytes - f.editor.Len(); len(text) > room {
		for room > 0 && !utf8.RuneStart(text[room]) {
			room--
		}
		text = text[:max(0, room)]
	}
	_ = f.editor.Insert(text) // it is far from full
}

// Do edits the text or moves the cursor, and reports whether the action does that within a line.
func (f *Field) Do(action keys.Action) bool {
	switch action {
	case keys.CursorUp, keys.CursorDown, keys.CursorPageUp, keys.CursorPageDown, keys.NewLine, keys.Indent:
		return false
	}
	if strings.HasPrefix(string(action), "select-") {
		return false
	}
	return f.editor.Do(editor.Command(action))
}

// margin is how many cells of what follows the cursor stay in sight when a text is longer than its
// room.
const margin = 4

// Draw appends the text with its cursor to a row, in at most width cells: all of it, or the part
// round the cursor.
func (f *Field) Draw(r *row.Row, theme themes.Theme, width int) {
	if width < 1 {
		return
	}
	text, at := f.Text(), f.editor.Cursor().Col
	under, _ := ansi.FirstGraphemeCluster(text[at:], ansi.GraphemeWidth)
	before, cursor, after := safetext.CleanLine(text[:at]), safetext.CleanLine(under), safetext.CleanLine(text[at+len(under):])
	if cursor.Empty() {
		cursor = safetext.Const(" ")
	}
	if theme.CursorGlyph != "" {
		cursor = safetext.CleanLine(strings.Repeat(theme.CursorGlyph, cursor.Width()))
	}
	room := width - cursor.Width() - min(margin, width/4, after.Width())
	if hidden := before.Width() - max(0, room); hidden > 0 {
		before = tail(before, max(0, room))
	}
	line := row.New(width)
	line.Add(before, theme.Text)
	line.Add(cursor, theme.Cursor)
	line.Add(after, theme.Text)
	r.Append(line)
}

// tail returns the last cells of a text; a wide character that is cut in two becomes a space.
func tail(text safetext.Text, cells int) safetext.Text {
	end := ansi.TruncateLeft(text.String(), text.Width()-cells, "")
	if ansi.StringWidth(end) > cells { // it keeps such a character whole
		end = ansi.TruncateLeft(text.String(), text.Width()-cells+1, "")
	}
	return safetext.CleanLine(strings.Repeat(" ", max(0, cells-ansi.StringWidth(end))) + end)
}
