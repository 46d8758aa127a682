package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"iqscope/internal/record"
)

// The screen records from the start and by a key; what was recorded is opened, inspected, and nothing
// of it can be sent.
func TestASessionIsRecordedAndOpened(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "r.jsonl")
	p := tryOut(t, wide, "--record", path)
	p.WaitFor("● REC")
	p.SendKeys("M-Enter")
	p.WaitFor("✓ result")
	p.SendKeys("M-l")
	p.WaitFor("elements recorded in")
	p.WaitGone("● REC")
	p.SendKeys("M-l")
	p.WaitFor("Record to: ")
	p.SendKeys("Enter")
	p.WaitFor("Recording from the start of the session to")
	p.WaitFor("● REC")
	p.SendKeys("C-c")
	p.WaitExit()

	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if told, ok := record.Read(string(text)); !ok || !told.Whole || !strings.Contains(string(text), "disco#info") {
		t.Errorf("the file holds %s", text)
	}

	p = sitDown(t, wide, nil, "open", path)
	p.WaitFor("recording r.jsonl")
	p.SendKeys("M-2")
	p.WaitFor("✓ result")
	p.SendKeys("r")
	p.WaitFor("This is a recording: nothing can be sent")
	p.SendKeys("C-c")
	p.WaitExit()
}
