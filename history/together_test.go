package history_test

import (
	"path/filepath"
	"strings"
	"testing"

	"iqscope/history"
)

// Whenever another program makes the tables while this one looks what there is, both write the same
// file: none takes it for a foreign or a broken one and writes beside it.
func TestAHistoryThatIsMadeWhileOneLooksIsShared(t *testing.T) {
	for nth, more := 1, true; more; nth++ {
		path := filepath.Join(t.TempDir(), "history", "history.db")
		closed(t, openedAt(t, path, history.OnlySteps(history.Options{}, 0))) // the file, without a table
		more = false
		db := &faulty{}
		db.set(func(call int, what string) error {
			if strings.Contains(what, "BEGIN IMMEDIATE") {
				db.fail = nil // it has looked
			} else if call == nth {
				more = true
				openedAt(t, path, history.Options{})
			}
			return nil
		})
		h := openedAt(t, path, history.Through(history.Options{}, db.connect))
		if beside := h.Status().Beside; beside != nil {
			t.Errorf("made before call %d: %v", nth, beside)
		}
	}
}
