//go:build linux || darwin || freebsd

package cli

import (
	"io"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// TestTerminalGetsNoControlCharacters lets the echo bot send back what would
// take a terminal over.
func TestTerminalGetsNoControlCharacters(t *testing.T) {
	const hostile = "<odd xmlns='urn:example'>\u009b31m\u202e\u0080</odd>"
	for _, format := range outputs {
		t.Run(format, func(t *testing.T) {
			master, slave, err := pty.Open()
			if err != nil {
				t.Skip("no pseudo-terminal: ", err)
			}
			defer master.Close()
			shown := make(chan string)
			go func() {
				text, _ := io.ReadAll(master) // ends with an error when the slave is closed
				shown <- string(text)
			}()
			var stderr strings.Builder
			code := call{args: []string{"send", "--demo", "--output", format, "<iq type='get' id='1' to='" + echo + "'>" + hostile + "</iq>"}}.
				runTo(t.Context(), slave, &stderr)
			slave.Close()
			text := sequences.ReplaceAllString(<-shown, "") // the program's own
			if code != exitResult || !strings.Contains(text, "<U+009B>31m<U+202E><U+0080>") {
				t.Errorf("exit code %d, the terminal shows %q", code, text)
			}
			if strings.ContainsAny(text, "\x1b\u009b\u202e\u0080") {
				t.Errorf("the terminal gets %q", text)
			}
		})
	}
}
