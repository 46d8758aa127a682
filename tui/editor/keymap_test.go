package editor_test

import (
	"testing"

	"iqscope/tui/editor"
	"iqscope/tui/keys"
)

// paneActions are the actions of the context Edit that are the pane's, not the editor's.
var paneActions = map[keys.Action]bool{
	keys.LeaveEdit: true, keys.ApplyFix: true, keys.NextFinding: true, keys.NewDraft: true, keys.PrevPane: true, keys.Help: true,
}

func TestTheEditorKnowsEveryCommandOfTheKeyMap(t *testing.T) {
	for _, b := range keys.Default() {
		if b.Context != keys.Edit || paneActions[b.Action] {
			continue
		}
		if !editor.New("a").Do(editor.Command(b.Action)) {
			t.Errorf("%v is bound to %s, which the editor does not know", b.Keys, b.Action)
		}
	}
}
