package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"iqscope/internal/tmuxtest"
)

// An editor as a script: it shows what it was given, and writes what is typed over it. What
// interrupts programs does not end it.
const scriptedEditor = `trap 'echo; echo interrupted' INT
echo "the editor has: $(cat "$2")"
until read line; do :; done
printf '%s\n' "$line" > "$2"
`

func TestTheEditorAndThePagerHaveTheTerminal(t *testing.T) {
	t.Parallel()
	script := filepath.Join(t.TempDir(), "edit")
	if err := os.WriteFile(script, []byte(scriptedEditor), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"PS1=the shell: ", "EDITOR=sh '" + script + "' --", "PAGER=sed 's/^/paged: /'; echo the end; read line < /dev/tty #", "VISUAL=", knowsIt(t)}
	p := &person{tmuxtest.Start(t, narrow.width, narrow.height, env, "sh", "-i"), t, narrow}
	p.WaitFor("the shell:")
	p.Type(Binary(t))
	p.SendKeys("Enter")
	p.WaitFor("● online")
	for range 2 {
		p.SendKeys("F4")
		p.WaitFor("the editor has: <iq")
		if p.Ask("#{alternate_on}") != "0" {
			t.Error("the editor is drawn on the program's screen")
		}
		p.SendKeys("C-c") // is the editor's
		p.WaitFor("interrupted")
		p.SendKeys("C-z") // stops both
		p.WaitFor("Stopped")
		p.SendKeys("clear; fg", "Enter")
		p.WaitGone("Stopped")
		const draft = "<iq type='get' id='outside'><ping xmlns='urn:xmpp:ping'/></iq>"
		p.Type(draft)
		p.SendKeys("Enter")
		p.WaitUntil("the draft to be there", func(screen string) bool {
			return strings.Contains(screen, "typing") && strings.Contains(screen, "id='outside'")
		})

		p.SendKeys("F3")
		p.WaitFor("paged: " + draft)
		p.WaitFor("the end")
		p.SendKeys("Enter")
		p.WaitFor("typing")
		p.SendKeys("C-z") // undoes what was edited
		p.WaitGone("id='outside'")
	}
	p.SendKeys("M-Enter", "M-2")
	p.WaitMatch(`✓ result`)
	p.SendKeys("C-c")
	p.WaitFor("the shell:")
	p.foundTheTerminalRestored()
}
