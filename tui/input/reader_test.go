package input

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// typewriter is a terminal, and all that comes of it: keys as they are read, and events.
type typewriter struct {
	*Reader
	terminal io.WriteCloser
	got      []string
}

// begin runs in a bubble of synctest.
func begin() *typewriter {
	from, to := io.Pipe()
	w := &typewriter{Reader: &Reader{}, terminal: to}
	w.start(from, func(msg tea.Msg) {
		switch msg := msg.(type) {
		case Text:
			text := "text " + shortened(msg.Text)
			if msg.Dropped > 0 {
				text += fmt.Sprintf(" and %d bytes", msg.Dropped)
			}
			if msg.Endless {
				text += " endless"
			}
			w.got = append(w.got, text)
		case Mixed:
			w.got = append(w.got, fmt.Sprintf("mixed %v", msg.On))
		}
	})
	go func() {
		buf := make([]byte, 256) // Bubble Tea's
		for {
			n, err := w.Read(buf)
			if err != nil {
				return
			}
			w.got = append(w.got, fmt.Sprintf("keys %q", buf[:n]))
		}
	}()
	return w
}

func shortened(text string) string {
	if len(text) < 100 {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprintf("%q… of %d bytes", text[:5], len(text))
}

// reads are what is read one after the other; a number is a pause in milliseconds.
func (w *typewriter) reads(reads ...any) []string {
	for _, r := range reads {
		switch r := r.(type) {
		case string:
			io.WriteString(w.terminal, r)
		case int:
			time.Sleep(time.Duration(r) * time.Millisecond)
		}
	}
	synctest.Wait()
	return w.got
}

func (w *typewriter) end() {
	w.terminal.Close()
	w.Close()
	synctest.Wait()
}

const (
	long  = "<iq type='get' id='1'/>"
	altCR = "\x1b\r"
)

func TestWhatIsReadIsKeysOrText(t *testing.T) {
	words := strings.Repeat("word ", 40_000) // 200 kB
	for _, row := range []struct {
		name  string
		reads []any
		want  []string
	}{
		{"a key", []any{"x"}, []string{`keys "x"`}},
		{"Esc", []any{"\x1b"}, []string{`keys "\x1b"`}},
		{"keys that are pressed quickly", []any{"alice\r\x1b[A"}, []string{`keys "alice\r\x1b[A"`}},
		{"as many characters as are typed ahead", []any{strings.Repeat("é", TypedAhead)}, []string{fmt.Sprintf("keys %q", strings.Repeat("é", TypedAhead))}},
		{"one more", []any{strings.Repeat("é", TypedAhead+1), 20}, []string{"mixed true", fmt.Sprintf("text %q", strings.Repeat("é", TypedAhead+1)), "mixed false"}},
		{"a key held while nobody read", []any{strings.Repeat("\x1b[1;5D", 43)}, []string{
			fmt.Sprintf("keys %q", strings.Repeat("\x1b[1;5D", 42)), `keys "\x1b[1;5D"`,
		}},
		{"the mouse", []any{"\x1b[<0;10;20M\x1b[<0;10;20m"}, []string{`keys "\x1b[<0;10;20M\x1b[<0;10;20m"`}},
		{"the mouse of an old terminal", []any{"\x1b[M !!x"}, []string{`keys "\x1b[M !!x"`}},
		{"the same in pieces", []any{"\x1b[M !", 1, "!x"}, []string{`keys "\x1b[M !!x"`}},
		{"a mouse that is moved quickly", []any{strings.Repeat("\x1b[M !!", 20)}, []string{fmt.Sprintf("keys %q", strings.Repeat("\x1b[M !!", 20))}},
		{"a paste", []any{pasteBegins + "a\x1b\rb" + pasteEnds}, []string{"mixed true", `text "a\x1b\rb"`, "mixed false"}},
		{"an empty paste", []any{pasteBegins + pasteEnds}, []string{"mixed true", `text ""`, "mixed false"}},
		{"a paste in pieces", []any{pasteBegins + "a", 100, "b\x1b[20", 1500, "1~", 20, "x"}, []string{"mixed true", `text "ab"`, "mixed false", `keys "x"`}},
		{"a paste that is not all characters", []any{pasteBegins + "a\xff\xc3b" + pasteEnds}, []string{"mixed true", `text "ab"`, "mixed false"}},
		{"keys behind the end of a paste", []any{pasteBegins + long + pasteEnds + " " + altCR + pasteEnds, 20, "x"}, []string{
			"mixed true", fmt.Sprintf("text %q", long), `keys " \x1b\r\x1b[201~"`, "mixed false", `keys "x"`,
		}},
		{"keys before a paste", []any{altCR + pasteBegins + long + pasteEnds, 20}, []string{
			"mixed true", `keys "\x1b\r"`, fmt.Sprintf("text %q", long), "mixed false",
		}},
		{"keys in a text that is not marked", []any{long + altCR + "\x1b[15~" + long, 20, altCR}, []string{
			"mixed true", fmt.Sprintf("text %q", long), `keys "\x1b\r\x1b[15~"`, fmt.Sprintf("text %q", long), "mixed false", `keys "\x1b\r"`,
		}},
		{"a text in many reads", []any{words[:4095], words[4095:8190], 5, words[8190:], 20}, []string{
			"mixed true", `text "word "… of 200000 bytes`, "mixed false",
		}},
		{"a character in two reads", []any{long + "\xc3", "\xa9", 20}, []string{"mixed true", fmt.Sprintf("text %q", long+"é"), "mixed false"}},
		{"a key in two reads", []any{long + "\x1b[", "15~", 20}, []string{
			"mixed true", fmt.Sprintf("text %q", long), `keys "\x1b[15~"`, "mixed false",
		}},
		{"half a character", []any{"\xc3", 20}, []string{`keys "\xc3"`}},
		{"half a key", []any{"\x1b[1", 20, "x"}, []string{`keys "\x1b[1"`, `keys "x"`}},
		{"the keys of the console", []any{"\x1b[[Ax"}, []string{`keys "\x1b[[Ax"`}},
		{"a paste that is too long", []any{pasteBegins + strings.Repeat("x", MaxText) + "yz" + pasteEnds + "q", 20}, []string{
			"mixed true", `text "xxxxx"… of 2097152 bytes and 2 bytes`, `keys "q"`, "mixed false",
		}},
		{"a paste as long as a text may be", []any{pasteBegins + strings.Repeat("x", MaxText) + pasteEnds, 20}, []string{
			"mixed true", `text "xxxxx"… of 2097152 bytes`, "mixed false",
		}},
		{"a paste that never ends", []any{pasteBegins + "a", 1999, "b", 1, 50, "x"}, []string{
			"mixed true", `text "ab" endless`, "mixed false", `keys "x"`,
		}},
		{"a paste that never ends, and keys in vain", []any{
			pasteBegins, 400, "\x03", 400, "\x03", 400, "\x03", 400, "\x03", 400, 50, "\x03",
		}, []string{
			"mixed true", `text "\x03\x03\x03\x03" endless`, "mixed false", `keys "\x03"`,
		}},
		{"a paste that is slow", []any{
			pasteBegins, 900, strings.Repeat("x", 200), 900, strings.Repeat("x", 200), 900, strings.Repeat("x", 200), 900, "y" + pasteEnds, 20,
		}, []string{
			"mixed true", `text "xxxxx"… of 601 bytes`, "mixed false",
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := begin()
				defer w.end()
				if diff := cmp.Diff(row.want, w.reads(row.reads...)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestAPasteIsThereWhenTheTerminalIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin()
		w.reads(pasteBegins + "a")
		w.end()
		if diff := cmp.Diff([]string{"mixed true", `text "a" endless`, "mixed false"}, w.got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestAReadCanBeInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin()
		defer w.end()
		synctest.Wait()
		w.Interrupt()
		w.Interrupt() // once is enough
		synctest.Wait()
		if _, err := w.Read(make([]byte, 256)); err != io.EOF {
			t.Errorf("an interrupted read ends with %v", err)
		}
		w.Resume()
		go io.WriteString(w.terminal, "x")
		if n, err := w.Read(make([]byte, 256)); n != 1 || err != nil {
			t.Errorf("the next read gets %d, %v", n, err)
		}
	})
}

// Bubble Tea waits for half a second until an interrupted Read is over, and then begins another one.
func TestAReadThatIsInterruptedWhileItSendsLeavesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, to := io.Pipe()
		taken := make(chan struct{})
		r := &Reader{}
		r.start(from, func(msg tea.Msg) {
			if _, ok := msg.(Text); ok {
				<-taken
			}
		})
		defer synctest.Wait()
		defer r.Close()
		defer to.Close()
		type read struct {
			keys string
			err  error
		}
		reads := func() <-chan read {
			result := make(chan read, 1)
			go func() {
				buf := make([]byte, 256)
				n, err := r.Read(buf)
				result <- read{string(buf[:n]), err}
			}()
			return result
		}
		first := reads()
		io.WriteString(to, pasteBegins+"a"+pasteEnds+"x")
		synctest.Wait()
		r.Interrupt()
		r.Resume()
		second := reads()
		synctest.Wait()
		close(taken)
		if got := <-first; got != (read{"", io.EOF}) {
			t.Errorf("the first Read ends with %+v", got)
		}
		if got := <-second; got != (read{"x", nil}) {
			t.Errorf("the second Read ends with %+v", got)
		}
	})
}

func TestWhatIsReadIsNeverLost(t *testing.T) {
	// Whatever is read in whatever pieces comes out again as keys and texts.
	for _, input := range []string{
		"\x1b[201~\x1b[\x1bO\x1b\x1b[A\x1b\x1b\x00\x7f\xff\xfe\x1b\xff" + long + "\x1b[1;\x01\x1bOP",
		strings.Repeat("\x1b[", 40) + long + "\xe2\x82",
	} {
		for cut := 1; cut < len(input); cut++ {
			var got strings.Builder
			var b batch
			b.take([]byte(input[:cut]))
			b.take([]byte(input[cut:]))
			b.end()
			for text, keys := b.next(255); text != nil || keys != nil; text, keys = b.next(255) {
				if text != nil {
					got.WriteString(text.Text)
				}
				got.Write(keys)
			}
			if got.String() != input {
				t.Fatalf("cut at %d, %q became %q", cut, input, got.String())
			}
		}
	}
}
