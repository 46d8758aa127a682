package e2e

import (
	"bytes"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// What package input does for the screen, the program does: its keyboard is one that it reads.
func TestTheProgramTellsKeysFromText(t *testing.T) {
	const draft = "<iq type='get' id='pasted'><ping xmlns='urn:xmpp:ping'/></iq>"
	for _, row := range []struct{ name, comes, shows string }{
		{"a paste that never ends", "\x1b[200~abc", "the terminal never said where the pasted text ends"},
		{"a key behind the end of a paste", "\x1b[200~" + draft + "\x1b[201~\x1b\r", "a key that comes together with text"},
		{"a key behind a text that is not marked", draft + "\x1b\r", "a key that comes together with text"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := openTerminal(t, Binary(t), "--demo")
			s.waitFor("online")
			s.press(row.comes)
			s.shows(row.shows)
			for end := time.Now().Add(patience); ; { // right behind a text it may be taken for a part of it
				s.press(ctrlC)
				select {
				case <-s.ended:
					return
				case <-time.After(200 * time.Millisecond):
				}
				if time.Now().After(end) {
					t.Fatal("the program does not end")
				}
			}
		})
	}
}

// Keys that are pressed before the first frame are not lost.
func TestWhatIsTypedBeforeTheScreenIsThereIsTyped(t *testing.T) {
	t.Parallel()
	s := openTerminal(t, Binary(t), "--demo")
	s.waitFor("\x1b]11;?") // the program has asked, and waits for the answer
	s.press("tpyed")
	s.shows("tpyed")
	s.quit()
}

// shows waits until the program has written a text, in whatever colours.
func (t *terminal) shows(text string) {
	t.tb.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		t.mu.Lock()
		plain := []byte(ansi.Strip(string(t.output)))
		over := t.over
		t.mu.Unlock()
		switch {
		case bytes.Contains(bytes.ToLower(plain), []byte(text)):
			return
		case over || time.Now().After(end):
			t.tb.Fatalf("the program has never written %q: %q", text, plain)
		}
	}
}
