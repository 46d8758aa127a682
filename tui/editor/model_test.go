package editor

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"iqscope/themes"
)

// model is the editor as one string, done in the plainest way.
type model struct {
	text           string
	cursor, anchor int // bytes; the anchor is the cursor if nothing is selected
}

// borders returns where characters start and where lines end.
func (m *model) borders() []int {
	var all []int
	at := 0
	for line := range strings.SplitSeq(m.text, "\n") {
		end := at + len(line)
		for at < end {
			all = append(all, at)
			size := 1 // of a control
			if m.text[at] >= ' ' {
				c, _ := ansi.FirstGraphemeCluster(m.text[at:end], ansi.GraphemeWidth)
				size = len(c)
			}
			at += size
		}
		all = append(all, end)
		at = end + 1
	}
	return all
}

func (m *model) step(by int) int {
	borders := m.borders()
	i, _ := slices.BinarySearch(borders, m.cursor)
	return borders[min(max(i+by, 0), len(borders)-1)]
}

func (m *model) move(to int, selecting bool) {
	m.cursor = to
	if !selecting {
		m.anchor = to
	}
}

func (m *model) replace(from, to int, text string) {
	m.text = m.text[:from] + text + m.text[to:]
	borders := m.borders()
	i, _ := slices.BinarySearch(borders, from+len(text))
	m.move(borders[i], false)
}

func (m *model) selection() (from, to int) { return min(m.cursor, m.anchor), max(m.cursor, m.anchor) }

func (m *model) do(command Command) {
	from, to := m.selection()
	lineStart := strings.LastIndexByte(m.text[:m.cursor], '\n') + 1
	lineEnd := len(m.text)
	if i := strings.IndexByte(m.text[m.cursor:], '\n'); i >= 0 {
		lineEnd = m.cursor + i
	}
	switch command {
	case CursorLeft:
		if from == to {
			from = m.step(-1)
		}
		m.move(from, false)
	case CursorRight:
		if from == to {
			to = m.step(1)
		}
		m.move(to, false)
	case SelectLeft:
		m.move(m.step(-1), true)
	case SelectRight:
		m.move(m.step(1), true)
	case CursorLineEnd:
		m.move(lineEnd, false)
	case SelectTextEnd:
		m.move(len(m.text), true)
	case CursorTextStart:
		m.move(0, false)
	case SelectAll:
		m.anchor, m.cursor = 0, len(m.text)
	case DeleteLeft, DeleteRight, KillToStart:
		if from == to {
			switch command {
			case DeleteLeft:
				from = m.step(-1)
			case DeleteRight:
				to = m.step(1)
			case KillToStart:
				from = lineStart
			}
		}
		m.replace(from, to, "")
	}
}

var modelled = []Command{CursorLeft, CursorRight, SelectLeft, SelectRight, CursorLineEnd, SelectTextEnd, CursorTextStart, SelectAll, DeleteLeft, DeleteRight, KillToStart}

// others are checked for what must always hold, but not for where they lead.
var others = []Command{CursorUp, SelectDown, CursorPageDown, CursorWordLeft, SelectWordRight, CursorLineStart, NewLine, Indent, DeleteWordLeft, DeleteWordRight, KillToEnd}

// alphabet has what makes clusters, cells and lines difficult.
var alphabet = []string{"a", "b", " ", "\n", "\t", "é", "e\u0301", "\u0301", "世", "👩\u200d🚀", "\u200d", "🇩", "\x1b", "\u009b", "\xff", "\xe4\xb8", "\x96", "\u0d4e", "ᄒ", "\u1161", "क\u094d", "<iq type='get'>"}

func (m *model) at(p Position) int {
	lines := strings.Split(m.text, "\n")
	n := p.Col
	for _, l := range lines[:p.Line] {
		n += len(l) + 1
	}
	return n
}

func TestTheEditorDoesWhatAPlainStringWould(t *testing.T) {
	texts := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 40), func(s []string) string { return strings.Join(s, "") })
	rapid.Check(t, func(t *rapid.T) {
		start := texts.Draw(t, "text")
		e, m := New(start), &model{text: start}
		e.SetSize(rapid.IntRange(0, 30).Draw(t, "width"), rapid.IntRange(0, 5).Draw(t, "height"))
		t.Repeat(map[string]func(*rapid.T){
			"modelled": func(t *rapid.T) {
				c := rapid.SampledFrom(modelled).Draw(t, "command")
				e.Do(c)
				m.do(c)
			},
			"other": func(t *rapid.T) {
				e.Do(rapid.SampledFrom(others).Draw(t, "command"))
				m.text, m.cursor, m.anchor = e.Text(), m0(e).cursor, m0(e).anchor
			},
			"insert": func(t *rapid.T) {
				text := texts.Draw(t, "text")
				if text == "" {
					return
				}
				from, to := m.selection()
				m.replace(from, to, text)
				if err := e.Insert(text); err != nil {
					t.Fatal(err)
				}
			},
			"": func(t *rapid.T) { check(t, e, m) },
		})
		final := e.Text()
		undone := 0
		for ; len(e.history.done) > 0; undone++ {
			e.Do(Undo)
			check(t, e, m0(e))
		}
		if e.Text() != start {
			t.Fatalf("everything undone gives %q, want %q", e.Text(), start)
		}
		for range undone {
			e.Do(Redo)
		}
		if e.Text() != final {
			t.Fatalf("everything redone gives %q, want %q", e.Text(), final)
		}
	})
}

// m0 returns a model in the state of an editor.
func m0(e *Editor) *model {
	m := &model{text: e.Text()}
	m.cursor = m.at(e.cursor)
	m.anchor = m.cursor
	if e.selecting {
		m.anchor = m.at(e.anchor)
	}
	return m
}

func check(t *rapid.T, e *Editor, m *model) {
	if e.Text() != m.text || e.Len() != len(m.text) {
		t.Fatalf("text %q, %d bytes, want %q", e.Text(), e.Len(), m.text)
	}
	if got := m.at(e.cursor); got != m.cursor {
		t.Fatalf("cursor at byte %d of %q, want %d", got, m.text, m.cursor)
	}
	if from, to := m.selection(); e.Selected() != m.text[from:to] {
		t.Fatalf("selected %q, want %q", e.Selected(), m.text[from:to])
	}
	if !slices.Contains(m.borders(), m.cursor) {
		t.Fatalf("the cursor is within a character: byte %d of %q", m.cursor, m.text)
	}
	for i := range e.lines {
		l := &e.lines[i]
		fresh := line{text: l.text}
		if got, want := l.atCol(len(l.text)), fresh.atCol(len(l.text)); got != want {
			t.Fatalf("line %q ends at %v as remembered, at %v as measured", l.text, got, want)
		}
	}
	lines := e.View(View{Theme: themes.Plain(), Focused: true})
	if len(lines) > e.height {
		t.Fatalf("%d lines drawn, want at most %d", len(lines), e.height)
	}
	cursor := false
	for _, l := range lines {
		if w := ansi.StringWidth(l); w > e.width {
			t.Fatalf("a line of the view is %d wide, want at most %d: %q", w, e.width, l)
		}
		cursor = cursor || strings.Contains(l, themes.Plain().CursorGlyph)
	}
	if e.width > 1 && e.height > 0 && !cursor {
		t.Fatalf("the cursor %v cannot be seen in %q", e.cursor, lines)
	}
}

func TestStopsOfLongLinesSurviveEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.SampledFrom(alphabet), 200, 2000).Draw(t, "text")
		e := New(strings.ReplaceAll(strings.Join(pieces, ""), "\n", ""))
		for range rapid.IntRange(1, 20).Draw(t, "edits") {
			at := rapid.IntRange(0, len(e.Line(0))).Draw(t, "at")
			e.SetCursor(Position{0, at})
			if rapid.Bool().Draw(t, "delete") {
				e.Do(DeleteLeft)
			} else if err := e.Insert(rapid.SampledFrom(alphabet).Filter(func(s string) bool { return s != "\n" }).Draw(t, "insert")); err != nil {
				t.Fatal(err)
			}
			l := &e.lines[0]
			l.atCol(len(l.text))
			fresh := line{text: l.text}
			fresh.atCol(len(l.text))
			col := rapid.IntRange(0, len(l.text)).Draw(t, "col")
			if got, want := l.atCol(col), (&line{text: l.text}).atCol(col); got != want {
				t.Fatalf("byte %d is at %v as remembered, at %v as measured", col, got, want)
			}
		}
	})
}

func FuzzEdit(f *testing.F) {
	f.Add("a\nb", "\u0301", []byte{0, 3, 9, 21, 14})
	f.Add("<iq/>", "\t世\xff", []byte{7, 8, 18, 19, 1, 20})
	f.Fuzz(func(t *testing.T, text, typed string, commands []byte) {
		if len(text) > 1<<12 || len(commands) > 1<<8 {
			return
		}
		e := New(text)
		e.SetSize(20, 4)
		all := slices.Concat(modelled, others, []Command{Undo, Redo})
		for _, c := range commands {
			if int(c)%(len(all)+1) == len(all) {
				if err := e.Insert(typed); err != nil {
					return
				}
			} else {
				e.Do(all[int(c)%(len(all)+1)])
			}
			for _, l := range e.View(View{Theme: themes.Plain(), Focused: true, LineNumbers: true}) {
				if w := ansi.StringWidth(l); w > 20 {
					t.Fatalf("a line of the view is %d wide: %q", w, l)
				}
			}
		}
		for len(e.history.done) > 0 {
			e.Do(Undo)
		}
		if e.Text() != text {
			t.Fatalf("everything undone gives %q, want %q", e.Text(), text)
		}
	})
}
