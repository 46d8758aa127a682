package editor

import "strings"

// Command is the name of something the editor can do. The names are those of the key map's actions.
type Command string

// Commands that move the cursor and end the selection.
const (
	CursorLeft      Command = "cursor-left"
	CursorRight     Command = "cursor-right"
	CursorUp        Command = "cursor-up"
	CursorDown      Command = "cursor-down"
	CursorWordLeft  Command = "cursor-word-left"
	CursorWordRight Command = "cursor-word-right"
	CursorLineStart Command = "cursor-line-start" // to the first character that is no space, then to the start
	CursorLineEnd   Command = "cursor-line-end"
	CursorPageUp    Command = "cursor-page-up"
	CursorPageDown  Command = "cursor-page-down"
	CursorTextStart Command = "cursor-text-start"
	CursorTextEnd   Command = "cursor-text-end"
)

// Commands that move the cursor and select what it passes.
const (
	SelectLeft      Command = "select-left"
	SelectRight     Command = "select-right"
	SelectUp        Command = "select-up"
	SelectDown      Command = "select-down"
	SelectWordLeft  Command = "select-word-left"
	SelectWordRight Command = "select-word-right"
	SelectLineStart Command = "select-line-start"
	SelectLineEnd   Command = "select-line-end"
	SelectTextStart Command = "select-text-start"
	SelectTextEnd   Command = "select-text-end"
	SelectAll       Command = "select-all"
)

// Commands that change the text. Where something is selected, the deletions delete just that, and
// the first two replace it. A text that is full stays as it is.
const (
	NewLine         Command = "new-line" // indented as this line is
	Indent          Command = "indent"   // spaces up to the next level
	DeleteLeft      Command = "delete-left"
	DeleteRight     Command = "delete-right"
	DeleteWordLeft  Command = "delete-word-left"
	DeleteWordRight Command = "delete-word-right"
	KillToEnd       Command = "kill-to-line-end" // at the end of a line, its end
	KillToStart     Command = "kill-to-line-start"
	Undo            Command = "undo"
	Redo            Command = "redo"
)

// Do runs a command by name, and reports whether there is such a command.
func (e *Editor) Do(command Command) bool {
	selecting := strings.HasPrefix(string(command), "select-")
	if motion := e.motion(command); motion != nil {
		e.move(e.target(command, selecting, motion), selecting)
		return true
	}
	switch command {
	case CursorUp, SelectUp:
		e.vertically(-1, selecting)
	case CursorDown, SelectDown:
		e.vertically(1, selecting)
	case CursorPageUp:
		e.vertically(-e.page(), false)
	case CursorPageDown:
		e.vertically(e.page(), false)
	case SelectAll:
		e.move(Position{}, false)
		e.move(e.end(), true)
	case Undo:
		e.undo()
	case Redo:
		e.redo()
	default:
		return e.edit(command)
	}
	return true
}

// motion returns where a command leads from a place; nil if it does not lead anywhere.
func (e *Editor) motion(command Command) func(Position) Position {
	switch command {
	case CursorLeft, SelectLeft:
		return e.leftOf
	case CursorRight, SelectRight:
		return e.rightOf
	case CursorWordLeft, SelectWordLeft:
		return e.wordLeft
	case CursorWordRight, SelectWordRight:
		return e.wordRight
	case CursorLineStart, SelectLineStart:
		return e.lineStart
	case CursorLineEnd, SelectLineEnd:
		return e.lineEnd
	case CursorTextStart, SelectTextStart:
		return func(Position) Position { return Position{} }
	case CursorTextEnd, SelectTextEnd:
		return func(Position) Position { return e.end() }
	}
	return nil
}

// target returns where the cursor goes. Left and right without selecting go to the end of a
// selection that there is.
func (e *Editor) target(command Command, selecting bool, motion func(Position) Position) Position {
	if e.selecting && !selecting {
		from, to := e.selection()
		switch command {
		case CursorLeft:
			return from
		case CursorRight:
			return to
		}
	}
	return motion(e.cursor)
}

// edit runs a command that changes the text. The only error is that the text is full; then nothing
// happens.
func (e *Editor) edit(command Command) bool {
	switch command {
	case NewLine:
		_ = e.newLine()
	case Indent:
		_ = e.indent()
	case DeleteLeft:
		_ = e.remove(e.leftOf, deletingLeft)
	case DeleteRight:
		_ = e.remove(e.rightOf, deletingRight)
	case DeleteWordLeft:
		_ = e.remove(e.wordLeft, replacing)
	case DeleteWordRight:
		_ = e.remove(e.wordRight, replacing)
	case KillToEnd:
		_ = e.remove(e.killEnd, replacing)
	case KillToStart:
		_ = e.remove(e.killStart, replacing)
	default:
		return false
	}
	return true
}
