package nearest

import (
	"fmt"
	"strings"
	"testing"
)

func TestWord(t *testing.T) {
	known := []string{"result", "error", "silence", "drop"}
	for _, row := range []struct {
		name, text string
		slips      int
		want       string
	}{
		{"the word itself", "error", 1, "error"},
		{"in capitals, with blanks", " ERROR ", 1, "error"},
		{"a letter too few", "eror", 1, "error"},
		{"a letter too many", "errror", 1, "error"},
		{"a wrong letter", "drap", 1, "drop"},
		{"two letters swapped", "dorp", 1, "drop"},
		{"more slips than allowed", "rsult!", 1, ""},
		{"the nearest of several", "drror", 3, "error"},
		{"nothing", "", 3, ""},
		{"no slip of any", "banana", 2, ""},
		{"too long to be a slip", strings.Repeat("e", MaxWord+1), 1 << 20, ""},
	} {
		if got := Word(row.text, known, row.slips); got != row.want {
			t.Errorf("%s: %q is taken for %q, want %q", row.name, row.text, got, row.want)
		}
	}
}

func TestNoSuggestionForWhatIsFarOff(t *testing.T) {
	for name, want := range map[string]string{"jid": "jid", "jit": "jid", "server": "server", "sever": "server", "x": "", "completely": ""} {
		text := Suggestion(name, []string{"jid", "server"}, "known are ")
		if want == "" && !strings.HasSuffix(text, "known are jid, server") || want != "" && !strings.Contains(text, fmt.Sprintf("did you mean %q", want)) {
			t.Errorf("%s: %s", name, text)
		}
	}
}
