package editor

import (
	"runtime"
	"strings"
	"testing"
)

// heap is what is reachable now, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// keeps fails a test if an editor holds more memory than its undo and a few copies of its text.
func keeps(t *testing.T, e *Editor, before uint64) {
	t.Helper()
	const most = maxUndoBytes + 8*MaxBytes
	if held := int64(heap()) - int64(before); held > most {
		t.Errorf("the editor holds %d bytes, want at most %d", held, most)
	}
	runtime.KeepAlive(e)
}

func TestWhatIsTypedInALongLineCostsWhatIsTyped(t *testing.T) {
	before := heap()
	e := New("")
	if err := e.Paste(strings.Repeat("x", 900_000)); err != nil {
		t.Fatal(err)
	}
	e.Do(CursorTextStart)
	for range 200 {
		do(t, e, "'w", "'o", "'r", "'d", "' ")
	}
	keeps(t, e, before)
}

func TestWhatIsDeletedInALongLineCostsWhatIsDeleted(t *testing.T) {
	before := heap()
	e := New("")
	if err := e.Paste(strings.Repeat("word ", 180_000)); err != nil {
		t.Fatal(err)
	}
	e.SetCursor(Position{0, 450_000})
	for range 200 {
		do(t, e, "delete-word-left")
	}
	keeps(t, e, before)
}

// A line that is left of a paste once kept the whole paste in memory.
func TestALineThatStaysOfAPasteKeepsNothingElseOfIt(t *testing.T) {
	before := heap()
	e := New("")
	long := "x\n" + strings.Repeat("y", 900_000) + "\n"
	for range 40 {
		if err := e.Paste(strings.Clone(long)); err != nil {
			t.Fatal(err)
		}
		e.Do(CursorUp)
		e.Do(KillToEnd)
		e.Do(CursorDown)
	}
	keeps(t, e, before)
}

func TestManySmallStepsStayWithinTheLimitOfUndo(t *testing.T) {
	before := heap()
	e := New("")
	for range 100_000 {
		do(t, e, "'a", "cursor-left", "delete-right")
	}
	keeps(t, e, before)
	if n := len(e.history.done); n < 10_000 {
		t.Errorf("only %d steps can be undone", n)
	}
}

// Joining what is typed to what was typed before it copies that.
func TestAWordWithoutEndIsNotUndoneAsOne(t *testing.T) {
	e := New("")
	for range 3 * mostJoined {
		do(t, e, "'a")
	}
	do(t, e, "undo")
	if n := e.Len(); n < mostJoined {
		t.Errorf("%d letters are left, want more than %d", n, mostJoined)
	}
}
