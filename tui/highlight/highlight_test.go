package highlight

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/alecthomas/chroma/v2"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"iqscope/internal/safetext"
	"iqscope/themes"
)

const disco = "<iq type='result' id='q7f2'>\n  <query xmlns='http://jabber.org/protocol/disco#info'/>\n</iq>"

func colourful() themes.Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.TrueColor)
	return themes.Dark(r)
}

// finish runs a command and hands its event over, as the update loop does.
func finish(t *testing.T, h *Highlighter, cmd tea.Cmd) {
	t.Helper()
	event, ok := cmd().(Highlighted)
	if !ok {
		t.Fatal("the command does not deliver a Highlighted event")
	}
	if !h.Accept(event) {
		t.Fatal("the event is no news")
	}
}

func TestLinesComePlainFirstAndColouredLater(t *testing.T) {
	h := New(colourful())
	key := Key{Seq: 1, View: "xml", Width: 80}
	lines, cmd := h.Lines(key, disco)
	if got := strings.Join(lines, "\n"); got != disco {
		t.Errorf("at first %q, want the plain text", got)
	}
	if cmd == nil {
		t.Fatal("there is no command to colour the text")
	}
	if _, again := h.Lines(key, disco); again != nil {
		t.Error("the text is coloured twice")
	}
	finish(t, h, cmd)
	lines, cmd = h.Lines(key, disco)
	if cmd != nil {
		t.Error("coloured lines are to be coloured again")
	}
	got := strings.Join(lines, "\n")
	if ansi.Strip(got) != disco {
		t.Errorf("coloured, the text is %q", ansi.Strip(got))
	}
	if !strings.Contains(got, "\x1b[") {
		t.Errorf("no colour in %q", got)
	}
}

func TestEachPartOfXMLHasItsKind(t *testing.T) {
	var got []string
	err := tokens("<?x y?><a:b c=\"1\" d='>'>t &amp; & &#9;<!-- - --><![CDATA[<]]]><e/></a:b>", func(kind chroma.TokenType, s string) {
		got = append(got, fmt.Sprintf("%v %s", kind, s))
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"CommentPreproc <?", "CommentPreproc x y?", "CommentPreproc >",
		"NameTag <a:b", "Text  ", "NameAttribute c", "Operator =", "LiteralString \"1\"", "Text  ", "NameAttribute d", "Operator =", "LiteralString '>'", "NameTag >",
		"Text t ", "NameEntity &amp;", "Text  ", "Error &", "Text  ", "NameEntity &#9;",
		"Comment <!--", "Comment  ", "Comment -", "Comment  ", "Comment -->",
		"CommentPreproc <![CDATA[", "Text <", "Text ]", "CommentPreproc ]]>",
		"NameTag <e", "NameTag />", "NameTag </a:b", "NameTag >",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tokens (-want +got):\n%s", diff)
	}
}

func TestLongLinesAreCutOrWrapped(t *testing.T) {
	for _, row := range []struct {
		name, text string
		width      int
		wrap       bool
		want       []string
	}{
		{"it fits", "<a/>\n<b/>", 4, false, []string{"<a/>", "<b/>"}},
		{"cut", "<abcdef/>", 5, false, []string{"<abc…"}},
		{"cut between two tokens", "<a><b>", 4, false, []string{"<a>…"}},
		{"wrapped", "<abcdef/>", 4, true, []string{"<abc", "def/", ">"}},
		{"wide characters wrapped", "<a>世界</a>", 6, true, []string{"<a>世", "界</a>"}},
		{"wide characters in one cell", "世x", 1, true, []string{"…", "x"}},
		{"an empty line stays", "a\n\nb", 4, true, []string{"a", "", "b"}},
		{"nothing", "", 4, true, []string{""}},
		{"no width", "ab", 0, true, []string{"a", "b"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := New(colourful())
			key := Key{Width: row.width, Wrap: row.wrap}
			plain, cmd := h.Lines(key, row.text)
			if diff := cmp.Diff(row.want, plain); diff != "" {
				t.Errorf("plain (-want +got):\n%s", diff)
			}
			finish(t, h, cmd)
			coloured, _ := h.Lines(key, row.text)
			stripped := make([]string, len(coloured))
			for i, l := range coloured {
				stripped[i] = ansi.Strip(l)
			}
			if diff := cmp.Diff(row.want, stripped); diff != "" {
				t.Errorf("coloured (-want +got):\n%s", diff)
			}
		})
	}
}

func TestControlCharactersNeverReachTheLines(t *testing.T) {
	for _, text := range []string{"<a b='\x1b[2J'>\u009b31m\r\a</a\u202e>", "\x1b]52;c;x\a", "<\x1b", "<!--\x1b\u200b-->", "&\x1b;", "\xff<a>\x9b</a>", "<a>e</a>\u0301"} {
		for _, wrap := range []bool{false, true} {
			coloured := New(colourful()).colours
			for _, line := range layOut(Key{Width: 30, Wrap: wrap}, text, coloured) {
				for _, r := range ansi.Strip(line) {
					if !unicode.IsPrint(r) {
						t.Errorf("%U of %q is in the line %q", r, text, line)
					}
				}
				for _, sequence := range strings.Split(line, "\x1b")[1:] {
					if !strings.HasPrefix(sequence, "[") || !strings.Contains(sequence, "m") || strings.HasPrefix(sequence, "[2J") {
						t.Errorf("from %q comes the sequence %q", text, sequence)
					}
				}
			}
		}
	}
}

func TestEveryLineFitsAndEveryStyleEndsWithItsLine(t *testing.T) {
	pieces := rapid.SliceOf(rapid.SampledFrom([]string{"<a", " b='", "'", ">", "</a>", "&amp;", "世界", "e\u0301", "\u0301", "\n", "x ", "\x1b[1m", "\u200d", "<!--", "-->", "<![CDATA[", "]]>", "\t", "\xff", "ᄒ", "\u1161"}))
	colours := New(colourful()).colours
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(pieces.Draw(t, "text"), "")
		key := Key{Width: rapid.IntRange(1, 30).Draw(t, "width"), Wrap: rapid.Bool().Draw(t, "wrap")}
		for _, palette := range []palette{nil, colours} {
			lines := layOut(key, text, palette)
			for _, l := range lines {
				if w := ansi.StringWidth(l); w > key.Width {
					t.Fatalf("%q is %d wide, want at most %d", l, w, key.Width)
				}
				if i := strings.LastIndex(l, "\x1b"); i >= 0 && !strings.HasPrefix(l[i:], "\x1b[0m") {
					t.Fatalf("%q ends within a style", l)
				}
			}
			if key.Wrap && key.Width > 8 && palette == nil {
				if got, want := strings.Join(lines, ""), strings.ReplaceAll(safetext.Clean(text).String(), "\n", ""); got != want {
					t.Fatalf("wrapped %q, want all of %q", got, want)
				}
			}
		}
	})
}

// whole are the lines of a text, once all is done for them that takes long.
func whole(t *testing.T, h *Highlighter, key Key, text string) []string {
	t.Helper()
	lines, cmd := h.Lines(key, text)
	if cmd == nil {
		return lines
	}
	if len(text) > atOnce && lines != nil {
		t.Errorf("%d bytes are laid out within the update loop", len(text))
	}
	finish(t, h, cmd)
	lines, _ = h.Lines(key, text)
	return lines
}

func TestTextThatIsTooLongStaysPlain(t *testing.T) {
	h := New(colourful())
	long := strings.Repeat("<a/>\n", MaxBytes/5+1)
	if lines := whole(t, h, Key{Width: 10}, long); strings.Join(lines[:2], "\n") != "<a/>\n<a/>" {
		t.Errorf("%d bytes are coloured, want at most %d: %q", len(long), MaxBytes, lines[:2])
	}
	if h.Spans(strings.Repeat("<a/>\n", MaxSpanBytes/5+1)) != nil {
		t.Error("the composer's text is coloured although it is too long")
	}
}

func TestMoreLinesThanTheLimitAreCounted(t *testing.T) {
	lines := whole(t, New(themes.Plain()), Key{Width: 40}, strings.Repeat("x\n", MaxLines+9))
	if len(lines) != MaxLines {
		t.Fatalf("%d lines, want %d", len(lines), MaxLines)
	}
	if got := lines[MaxLines-1]; got != "… 11 more lines" {
		t.Errorf("the last line is %q", got)
	}
}

func TestAThemeWithoutColoursHighlightsNothing(t *testing.T) {
	for _, theme := range []themes.Theme{themes.Mono(), themes.Plain()} {
		h := New(theme)
		if _, cmd := h.Lines(Key{Width: 40}, disco); cmd != nil || h.Spans(disco) != nil {
			t.Errorf("theme %s highlights", theme.Name)
		}
	}
}

func TestTheCacheForgetsWhatWasUsedLongAgo(t *testing.T) {
	h := New(themes.Plain())
	text := strings.Repeat(strings.Repeat("x", 80)+"\n", 1000)
	for seq := range uint64(400) {
		whole(t, h, Key{Seq: seq, Width: 80}, text)
		whole(t, h, Key{Seq: 0, Width: 80}, text)
	}
	if h.cache.bytes > cacheBytes || len(h.cache.byKey) != h.cache.order.Len() {
		t.Errorf("%d bytes are kept, want at most %d", h.cache.bytes, cacheBytes)
	}
	if _, ok := h.cache.get(Key{Seq: 0, Width: 80}); !ok {
		t.Error("what was used last is forgotten")
	}
	if _, ok := h.cache.get(Key{Seq: 1, Width: 80}); ok {
		t.Error("what was used long ago is kept")
	}
}

func TestAnEventOfAnotherThemeIsNoNews(t *testing.T) {
	dark := New(colourful())
	_, cmd := dark.Lines(Key{Width: 80}, disco)
	if New(themes.Mono()).Accept(cmd().(Highlighted)) {
		t.Error("dark lines are accepted in the mono theme")
	}
}

func TestSpansCoverTheTextLineByLine(t *testing.T) {
	h := New(colourful())
	text := "<a b='1\n2'>é</a>"
	var got []string
	for i, spans := range h.Spans(text) {
		line := strings.Split(text, "\n")[i]
		for _, s := range spans {
			got = append(got, fmt.Sprintf("%d:%s", i, line[s.Start:s.End]))
		}
	}
	want := []string{"0:<a", "0:b", "0:=", "0:'1", "1:2'", "1:>", "1:</a", "1:>"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	if n := testing.AllocsPerRun(10, func() { h.Spans(text) }); n != 0 {
		t.Errorf("asking again allocates %v times, want none", n)
	}
	if h.Spans("\xff<a/>") != nil {
		t.Error("bytes that are no UTF-8 are coloured, with positions that cannot be right")
	}
}

// With a rule that takes quadratic time, as chroma's own have, this test runs for minutes.
func TestTextThatIsNoXMLIsReadInLinearTime(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	for _, piece := range []string{"<?", "<![CDATA[", "<!--", "&", "&aaa", "<", "<a", "<a b='", "<a b=\"<", "]", "-", "</"} {
		text := strings.Repeat(piece, MaxBytes/4/len(piece))
		var got strings.Builder
		if err := tokens(text, func(_ chroma.TokenType, s string) { got.WriteString(s) }); err != nil {
			t.Fatal(err)
		}
		if got.String() != text {
			t.Errorf("the tokens of %q again and again are not the text", piece)
		}
	}
}

func FuzzLayOut(f *testing.F) {
	f.Add(disco, 20, true)
	f.Add("<a b='\x1b\n'>\u0301世</a>&<!--", 3, false)
	colours := New(colourful()).colours
	f.Fuzz(func(t *testing.T, text string, width int, wrap bool) {
		width = min(max(width, 1), 200)
		for _, l := range layOut(Key{Width: width, Wrap: wrap}, text, colours) {
			if w := ansi.StringWidth(l); w > width {
				t.Fatalf("%q is %d wide, want at most %d", l, w, width)
			}
			for _, r := range ansi.Strip(l) {
				if !unicode.IsPrint(r) {
					t.Fatalf("%U gets through in %q", r, l)
				}
			}
		}
	})
}

func BenchmarkLayOut(b *testing.B) {
	text := strings.Repeat("  <feature var=\"jabber:iq:version\"/>\n", MaxBytes/37)
	for name, colours := range map[string]palette{"plain": nil, "coloured": New(colourful()).colours} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				layOut(Key{Width: 60, Wrap: true}, text, colours)
			}
		})
	}
}

func BenchmarkSpans(b *testing.B) {
	text := strings.Repeat("<feature var='jabber:iq:version'/>\n", MaxSpanBytes/35)
	h := New(colourful())
	for b.Loop() {
		h.spanText = ""
		h.Spans(text)
	}
}
