package painter

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen is a terminal as far as frames need one: it knows positions, styles and characters.
type screen struct {
	rows  [][]string // each cell with its style; a wide character's second one is empty
	style string
}

func (s *screen) apply(t interface{ Fatalf(string, ...any) }, written string) {
	x, y := 0, 0
	for state := byte(0); written != ""; {
		seq, width, n, next := ansi.DecodeSequence(written, state, nil)
		state, written = next, written[n:]
		var column, line int
		switch {
		case width > 0:
			s.rows[y][x] = s.style + seq
			for i := 1; i < width; i++ {
				s.rows[y][x+i] = ""
			}
			x += width
		case seq[0] >= 0x80: // it goes with the character before
			s.rows[y][x-1] += seq
		case seq == ansi.CursorHomePosition:
			x, y = 0, 0
		case strings.HasSuffix(seq, "H"):
			if _, err := fmt.Sscanf(seq, "\x1b[%d;%dH", &line, &column); err != nil {
				t.Fatalf("the position %q: %v", seq, err)
			}
			x, y = column-1, line-1
		case seq == ansi.ResetStyle || seq == "\x1b[0m":
			s.style = ""
		case strings.HasSuffix(seq, "m"):
			s.style += seq
		default:
			t.Fatalf("%q is written", seq)
		}
	}
	if s.style != "" {
		t.Fatalf("the style %q goes on", s.style)
	}
}

func blank(width, height int) *screen {
	s := &screen{rows: make([][]string, height)}
	for y := range s.rows {
		s.rows[y] = make([]string, width)
	}
	return s
}

// TestTheScreenIsTheFrameWhateverStoodThereBefore paints frames over each other and compares the
// result with one that is painted on nothing.
func TestTheScreenIsTheFrameWhateverStoodThereBefore(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "b", "│", "…", "世", "é", "e\u0301", "👩‍👩‍👧", "\x1b[1mx\x1b[m", "\x1b[31m\x1b[7my世\x1b[0m", "→", " "})
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 30).Draw(t, "width"), rapid.IntRange(1, 4).Draw(t, "height")
		line := func(near string) string {
			if near != "" && rapid.Bool().Draw(t, "same") {
				return near
			}
			text := ""
			for range rapid.IntRange(0, width).Draw(t, "pieces") {
				if p := piece.Draw(t, "piece"); ansi.StringWidth(text+p) <= width {
					text += p
				}
			}
			return text + strings.Repeat(" ", width-ansi.StringWidth(text))
		}
		terminal, old := blank(width, height), []string(nil)
		for range 4 {
			frame := make([]string, height)
			for y := range frame {
				near := ""
				if old != nil {
					near = old[y]
				}
				frame[y] = line(near)
			}
			var b, fresh bytes.Buffer
			changes(&b, old, frame)
			terminal.apply(t, b.String())
			want := blank(width, height)
			changes(&fresh, nil, frame)
			want.apply(t, fresh.String())
			for y := range frame {
				for x := range width {
					if terminal.rows[y][x] != want.rows[y][x] {
						t.Fatalf("cell %d, %d is %q, want %q; from %q to %q was written %q", x, y, terminal.rows[y][x], want.rows[y][x], old, frame, b.String())
					}
				}
			}
			old = frame
		}
	})
}

func TestOnlyWhatHasChangedIsWritten(t *testing.T) {
	styled := "│\x1b[34m" + strings.Repeat("█", 10) + "\x1b[m 12 s │ and much beside it that stays as it is"
	for _, row := range []struct{ name, old, line, want string }{
		{"nothing", styled, styled, ""},
		{"a digit", styled, strings.Replace(styled, "12 s", "11 s", 1), "\x1b[1;14H1"},
		{"a part of the bar", styled, strings.Replace(styled, "██\x1b", "█▌\x1b", 1), "\x1b[1;11H\x1b[34m▌\x1b[m"},
		{"both", styled, strings.Replace(strings.Replace(styled, "██\x1b", "█▌\x1b", 1), "12 s", "11 s", 1), "\x1b[1;11H\x1b[34m▌\x1b[m 11"},
		{"far apart", "a" + strings.Repeat(".", 30) + "a", "b" + strings.Repeat(".", 30) + "b", "\x1b[Hb\x1b[1;32Hb"},
		{"a style alone", "\x1b[1mab\x1b[0m", "\x1b[2mab\x1b[0m", "\x1b[H\x1b[2mab\x1b[m"},
		{"where widths are not sure", "👩a", "👩b", "\x1b[H👩b"},
	} {
		var b bytes.Buffer
		changes(&b, []string{row.old}, []string{row.line})
		if b.String() != row.want {
			t.Errorf("%s: written is %q, want %q", row.name, b.String(), row.want)
		}
	}
}

// recorder keeps what is written. While it is held, writing waits.
type recorder struct {
	mu   sync.Mutex
	text strings.Builder
	held sync.Mutex
}

func (r *recorder) Write(p []byte) (int, error) {
	r.held.Lock()
	defer r.held.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *recorder) has(text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Contains(r.text.String(), text)
}

// waits waits until something was written.
func (r *recorder) waits(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !r.has(text); {
		if time.Now().After(end) {
			t.Fatalf("%q is not written, but %q", text, r.text.String())
		}
		time.Sleep(time.Millisecond)
	}
}

func mode(t *testing.T, p Painter, sequence string) {
	t.Helper()
	if n, err := io.WriteString(p, sequence); n != len(sequence) || err != nil {
		t.Errorf("writing %q: %d, %v", sequence, n, err)
	}
}

func TestFramesArePaintedOnTheAlternateScreenOnly(t *testing.T) {
	out := &recorder{}
	p := New(out)
	p.Show("before")
	mode(t, p, "\x1b[?25l")
	mode(t, p, enterScreen)
	out.waits(t, "before")
	mode(t, p, "\x1b[H\r \x1b[K") // a frame of Bubble Tea's
	mode(t, p, eraseLine)
	mode(t, p, "\r")
	p.Show("during")
	out.waits(t, "during")
	mode(t, p, leaveScreen)
	p.Show("behind")
	p.Anew()
	mode(t, p, "\x1b[2Jshell's own") // a frame is none of the shell's business
	mode(t, p, enterScreen)
	out.waits(t, "behind")
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	p.Show("after the end")
	mode(t, p, leaveScreen)
	want := "\x1b[?25l" + enterScreen + "\x1b[Hbefore\x1b[Hduring" + leaveScreen + "\x1b[2Jshell's own" + enterScreen + "\x1b[Hbehind" + leaveScreen
	if got := out.text.String(); got != want {
		t.Errorf("written is\n%q, want\n%q", got, want)
	}
}

func TestAScreenThatWasErasedOrResizedIsPaintedWhole(t *testing.T) {
	out := &recorder{}
	p := New(out)
	defer p.Close()
	mode(t, p, enterScreen)
	p.Show("the frame")
	out.waits(t, "the frame")
	for n, way := range []func(){p.Anew, func() { mode(t, p, erase) }} {
		way()
		for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
			out.mu.Lock()
			got := strings.Count(out.text.String(), "the frame")
			out.mu.Unlock()
			if got == n+2 {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("it is painted %d times, want %d", got, n+2)
			}
		}
	}
}

func TestASlowTerminalKeepsNobodyWaiting(t *testing.T) {
	out := &recorder{}
	p := New(out)
	mode(t, p, enterScreen)
	out.held.Lock()
	for n := range 1000 {
		p.Show("frame " + strconv.Itoa(n) + strings.Repeat(".", n%3))
	}
	out.held.Unlock()
	out.waits(t, "999")
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if got := len(regexp.MustCompile(`\x1b\[[\d;]*H`).FindAllString(out.text.String(), -1)); got > 10 {
		t.Errorf("%d frames are painted of those that came while nothing could be written", got)
	}
}

func TestAFileStaysOne(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	p := New(w)
	defer p.Close()
	f, ok := p.(interface {
		io.ReadWriteCloser
		Fd() uintptr
	})
	if !ok || f.Fd() != w.Fd() {
		t.Errorf("a file becomes a %T", p)
	}
	if _, err := io.WriteString(w, "x"); err != nil {
		t.Error(err)
	}
}
