package safetext

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Fault 33: what is bidi or has no width is shown as such.
func TestEachKindOfCharacterIsShown(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"plain ASCII", "disco#info to <pubsub.localhost>", "disco#info to <pubsub.localhost>"},
		{"letters of other scripts", "Grüße, мир, 世界, שלום", "Grüße, мир, 世界, שלום"},
		{"combining mark on its letter", "e\u0301", "e\u0301"},
		{"emoji", "😀", "😀"},
		{"escape", "a\x1b[2Jb", "a␛[2Jb"},
		{"NUL", "a\x00b", "a␀b"},
		{"bell, tab, carriage return", "\a\t\r", "␇␉␍"},
		{"DEL", "\x7f", "␡"},
		{"C1 in UTF-8", "a\u009b2J", "a<U+009B>2J"},
		{"C1 as a byte", "a\x9b2J", "a<0x9B>2J"},
		{"overlong slash", "\xc0\xaf", "<0xC0><0xAF>"},
		{"surrogate in UTF-8", "\xed\xa0\x80", "<0xED><0xA0><0x80>"},
		{"the replacement character itself", "\ufffd", "\ufffd"},
		{"right-to-left override", "a\u202eb", "a<U+202E>b"},
		{"isolate", "\u2066x\u2069", "<U+2066>x<U+2069>"},
		{"zero-width space and joiner", "a\u200bb\u200dc", "a<U+200B>b<U+200D>c"},
		{"byte order mark", "\ufeffa", "<U+FEFF>a"},
		{"soft hyphen", "a\u00adb", "a<U+00AD>b"},
		{"no-break space", "a\u00a0b", "a<U+00A0>b"},
		{"line separator", "a\u2028b", "a<U+2028>b"},
		{"noncharacter", "\ufffe\U0010ffff", "<U+FFFE><U+10FFFF>"},
		{"private use", "\ue0b0", "<U+E0B0>"},
		{"tag characters", "x\U000e0041", "x<U+E0041>"},
		{"emoji joined by ZWJ", "👩\u200d🚀", "👩<U+200D>🚀"},
		{"variation selector", "❤\ufe0f", "❤<U+FE0F>"},
		{"emoji modifier", "👍\U0001f3fd", "👍<U+1F3FD>"},
		{"flag", "🇩🇪", "<U+1F1E9><U+1F1EA>"},
		{"mark at the start", "\u0301a", "<U+0301>a"},
		{"mark after an escape", "\x1b\u0301", "␛<U+0301>"},
		{"mark after a newline", "a\n\u0301", "a\n<U+0301>"},
		{"mark on the last plain letter", "plain\u0301x", "plain\u0301x"},
		{"spacing mark", "क\u093e", "क<U+093E>"},
		{"Hangul filler", "\u3164", "<U+3164>"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Clean(row.in).String(); got != row.want {
				t.Errorf("Clean(%q) = %q, want %q", row.in, got, row.want)
			}
		})
	}
}

func TestNewlinesAreKeptOrShown(t *testing.T) {
	if got := Clean("a\nb").String(); got != "a\nb" {
		t.Errorf("Clean = %q, want the newline kept", got)
	}
	if got := CleanLine("a\r\nb").String(); got != "a␍␊b" {
		t.Errorf("CleanLine = %q, want a␍␊b", got)
	}
}

// Fault 33: combining marks.
func TestMarksPiledUpAreClamped(t *testing.T) {
	got := Clean("a" + strings.Repeat("\u0301", 10_000) + "b").String()
	want := "a" + strings.Repeat("\u0301", MaxClusterRunes-1) + "<+9993>b"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPlainTextCostsNoMemory(t *testing.T) {
	line := strings.Repeat("<feature var='jabber:iq:version'/>\n", 40)
	if n := testing.AllocsPerRun(100, func() { Clean(line) }); n != 0 {
		t.Errorf("Clean of plain ASCII allocates %v times, want none", n)
	}
}

// checkSafe tells what every Text must fulfil.
func checkSafe(t *testing.T, in string) {
	t.Helper()
	lines, line := Clean(in).String(), CleanLine(in).String()
	if strings.Contains(line, "\n") {
		t.Errorf("CleanLine(%q) = %q has a newline", in, line)
	}
	for _, out := range []string{lines, line} {
		if !utf8.ValidString(out) {
			t.Errorf("from %q comes invalid UTF-8: %q", in, out)
		}
		for _, r := range out {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("from %q comes %U in %q", in, r, out)
			}
		}
		if again := Clean(out).String(); again != out {
			t.Errorf("from %q comes %q, which cleaned again is %q", in, out, again)
		}
		for l := range strings.SplitSeq(out, "\n") {
			if clusters, points := ansi.StringWidth(l), ansi.StringWidthWc(l); clusters != points {
				t.Errorf("from %q comes %q, %d cells by cluster, %d by code point", in, l, clusters, points)
			}
			if framed := ansi.StringWidth("│" + l + "│"); framed != 2+ansi.StringWidth(l) {
				t.Errorf("from %q comes %q, which joins a frame round it", in, l)
			}
		}
		if got, want := Clean(out).Width(), widest(out); got != want {
			t.Errorf("Width of %q = %d, Bubble Tea says %d", out, got, want)
		}
	}
}

func widest(s string) int {
	w := 0
	for line := range strings.SplitSeq(s, "\n") {
		w = max(w, ansi.StringWidth(line))
	}
	return w
}

// hostile returns every control in every place of every carrier.
func hostile() map[string]string {
	payloads := map[string]string{
		"clear screen": "\x1b[2J", "report cursor": "\x1b[6n", "title": "\x1b]0;owned\x07", "clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
		"link": "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\", "DCS": "\x1bP$q\"p\x1b\\", "DECRQSS": "\x1bP+q544e\x1b\\", "APC": "\x1b_G\x1b\\",
		"reset": "\x1bc", "return": "\rfake", "bell": "\a", "backspace": "\b\b\b", "shift out": "\x0e", "half CSI": "\x1b[", "unfinished OSC": "\x1b]",
		"C1 CSI": "\u009b31m", "C1 OSC": "\u009d0;x\u009c", "C1 DCS": "\u0090q\u009c", "raw CSI": "\x9b31m", "raw OSC": "\x9d0;x\x9c", "paste end": "\x1b[201~",
		"override": "\u202egnp.exe\u202c", "isolates": "\u2067x\u2069", "ZWJ": "👨\u200d👩\u200d👧", "ZWSP": "\u200b", "BOM": "\ufeff", "marks": strings.Repeat("\u0489", 10_000),
		"overlong": "\xc0\x9b", "cut rune": "\xe2\x82", "surrogates": "\xed\xa0\xbd\xed\xb8\x80", "too large": "\xf4\x90\x80\x80", "wide": "世\u0301界", "jamo": "\u1112\u1161\u11ab",
	}
	for c := range 0xa0 {
		payloads[fmt.Sprintf("code %02x", c)] = string(rune(c))
		payloads[fmt.Sprintf("byte %02x", c)] = string([]byte{byte(c)})
	}
	all := map[string]string{}
	for name, p := range payloads {
		all[name+" alone"] = p
		all[name+" at the start"] = p + "romeo@localhost"
		all[name+" within"] = "romeo" + p + "@localhost/ünïcode"
		all[name+" at the end"] = "romeo@localhost\u0301" + p
		all[name+" twice"] = p + p
		all[name+" after an escape"] = "\x1b" + p
	}
	return all
}

// Fault 32: no control byte is left.
func TestNoHostilePayloadGetsThrough(t *testing.T) {
	payloads := hostile()
	if len(payloads) < 1000 {
		t.Fatalf("only %d payloads, want at least 1000", len(payloads))
	}
	for name, p := range payloads {
		t.Run(name, func(t *testing.T) { checkSafe(t, p) })
	}
}

func TestCodePointsAreSafeBesideOthers(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		switch { // of blocks in which all are alike, samples do
		case r > 0x3000 && r < 0xd800 && r%251 != 0, r > 0xe000 && r < 0xf900 && r%251 != 0, r > 0x20000 && r%1009 != 0, r > 0x10000 && r%13 != 0:
			continue
		}
		c := string(r)
		if checkSafe(t, c+"a"+c+"क"+c+"ᄒ"+c+"\u0d4e"+c+c); t.Failed() {
			t.Fatalf("stopped at %U", r)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, p := range []string{"", "a\u0301", "\x1b]52;c;x\a", "\u009b\x9b", "क्षि", "👩\u200d🚀🇩🇪", "\ufeff\n\u0301", "ᄒ\u1161", "\xf0\x9f"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkSafe(t, s)
		for _, cells := range []int{1, 2, 5, 80} {
			if w := Clean(s).Truncate(cells).Width(); w > cells {
				t.Errorf("Truncate(%d) of %q is %d wide", cells, s, w)
			}
			if w := Clean(s).Pad(cells).Width(); w != cells {
				t.Errorf("Pad(%d) of %q is %d wide", cells, s, w)
			}
		}
	})
}

func BenchmarkClean(b *testing.B) {
	for name, s := range map[string]string{
		"plain":    strings.Repeat("<feature var='jabber:iq:version'/>\n", 1000),
		"letters":  strings.Repeat("<name>Grüße aus Köln</name>\n", 1000),
		"controls": strings.Repeat("\x1b[2J\u009b", 4000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				Clean(s)
			}
		})
	}
}
