package editor

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTypingIsUndoneWordByWord(t *testing.T) {
	e := New("")
	for _, c := range "one two  three" {
		do(t, e, "'"+string(c))
	}
	var got []string
	for e.Text() != "" && len(got) < 9 {
		do(t, e, "undo")
		got = append(got, e.Text())
	}
	if diff := cmp.Diff([]string{"one two  ", "one ", ""}, got); diff != "" {
		t.Errorf("texts after each undo (-want +got):\n%s", diff)
	}
}

func TestUndoAndRedoRestoreTextAndCursor(t *testing.T) {
	for _, row := range []struct {
		name, text string
		commands   []string
		undone     string // after one undo
	}{
		{"typing", "ab", []string{"cursor-right", "'x", "'y"}, "a|b"},
		{"typing at two places", "ab", []string{"'x", "cursor-line-end", "'y"}, "xab|"},
		{"backspaces in a row", "abcd", []string{"cursor-line-end", "delete-left", "delete-left", "delete-left"}, "abcd|"},
		{"backspaces over a line end", "a\nb", []string{"cursor-text-end", "delete-left", "delete-left"}, "a\nb|"},
		{"deletes in a row", "abcd", []string{"delete-right", "delete-right"}, "|abcd"},
		{"backspace, then delete", "abcd", []string{"cursor-right", "cursor-right", "delete-left", "delete-right"}, "a|cd"},
		{"a new line", "  a", []string{"cursor-line-end", "new-line"}, "  a|"},
		{"typing over a selection", "abc", []string{"select-right", "select-right", "'x"}, "[ab|c"},
		{"deleting everything", "a\nb\nc", []string{"select-all", "delete-left"}, "[a\nb\nc|"},
		{"a word", "one two", []string{"cursor-line-end", "delete-word-left", "delete-word-left"}, "one |"},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := New(row.text)
			do(t, e, row.commands...)
			changed := e.Text()
			do(t, e, "undo")
			if got := state(e); got != row.undone {
				t.Errorf("after undo %q, want %q", got, row.undone)
			}
			do(t, e, "redo")
			if got := e.Text(); got != changed {
				t.Errorf("after redo %q, want %q", got, changed)
			}
		})
	}
}

func TestANewChangeForgetsWhatWasUndone(t *testing.T) {
	e := New("")
	do(t, e, "'a", "undo", "'b", "redo")
	if got := e.Text(); got != "b" {
		t.Errorf("got %q, want b: there is nothing to redo", got)
	}
}

func TestSetTextCanBeUndone(t *testing.T) {
	e := New("my draft")
	if err := e.SetText("a template"); err != nil {
		t.Fatal(err)
	}
	do(t, e, "undo")
	if got := e.Text(); got != "my draft" {
		t.Errorf("got %q, want the draft back", got)
	}
}

func TestTheMemoryForUndoIsBounded(t *testing.T) {
	e := New("")
	big := strings.Repeat("x", MaxBytes)
	for range 40 {
		for _, text := range []string{big, ""} {
			if err := e.SetText(text); err != nil {
				t.Fatal(err)
			}
		}
	}
	if e.history.bytes > maxUndoBytes {
		t.Errorf("%d bytes are kept for undo, want at most %d", e.history.bytes, maxUndoBytes)
	}
	kept := 0
	for _, s := range e.history.done {
		kept += s.bytes()
	}
	if kept != e.history.bytes {
		t.Errorf("%d bytes are counted, %d are kept", e.history.bytes, kept)
	}
	do(t, e, "undo")
	if e.Text() != big {
		t.Error("the last step cannot be undone")
	}
}
