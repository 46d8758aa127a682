package xmlscan

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// next returns the next token and fails the test when there is none.
func next(t *testing.T, s *Scanner) *Token {
	t.Helper()
	token, err := s.Next()
	if err != nil {
		t.Fatalf("Next failed: %v", err)
	}
	return token
}

func wantErr(t *testing.T, s *Scanner, want error) {
	t.Helper()
	if token, err := s.Next(); err != want {
		t.Fatalf("Next returned %+v and the error %v, want %v", token, err, want)
	}
}

func TestTokensCarryExactPositions(t *testing.T) {
	s := New(Limits{}, Scope{})
	io.WriteString(s, `<p:a xmlns:p = "n" p:b='&lt;'><c/>t&amp;<![CDATA[x]]></p:a >`)
	name := Name{"n", "a"}
	for _, want := range []Token{
		{Kind: Start, Pos: 0, End: 30, Name: name, Prefix: "p", Depth: 1, Attr: []Attr{
			{Name: Name{NSXMLNS, "p"}, Prefix: "xmlns", Pos: 5, End: 18, ValPos: 16, ValEnd: 17},
			{Name: Name{"n", "b"}, Prefix: "p", Pos: 19, End: 29, ValPos: 24, ValEnd: 28, Ref: true},
		}},
		{Kind: Start, Pos: 30, End: 34, Name: Name{"", "c"}, Empty: true, Depth: 2, Attr: []Attr{}},
		{Kind: End, Pos: 34, End: 34, Name: Name{"", "c"}, Depth: 2},
		{Kind: Text, Pos: 34, End: 40, Ref: true, Depth: 1},
		{Kind: Text, Pos: 40, End: 53, CDATA: true, Depth: 1},
		{Kind: End, Pos: 53, End: 60, Name: name, Prefix: "p", Depth: 1},
	} {
		if diff := cmp.Diff(&want, next(t, s)); diff != "" {
			t.Errorf("the token differs (-want +got):\n%s", diff)
		}
	}
	wantErr(t, s, io.EOF)
}

func TestTextIsGivenAsFarAsItIsCertain(t *testing.T) {
	for _, row := range []struct{ name, written, given string }{
		{"all of plain text", "text", "text"},
		{"not an ampersand", "text&", "text"},
		{"not half a reference", "text&am", "text"},
		{"a whole reference", "text&amp;", "text&amp;"},
		{"not half a character", "text\xe2\x82", "text"},
		{"not brackets that may be two of three", "text]]", "text"},
		{"brackets that are too many", "text]]]", "text]"},
		{"not half a line end", "text\r", "text"},
		{"a whole line end", "text\r\n", "text\r\n"},
		{"not a tag that begins", "text<", "text"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := New(Limits{}, Scope{})
			io.WriteString(s, "<a>"+row.written)
			next(t, s)
			token := next(t, s)
			if got := string(s.Bytes(token.Pos, token.End)); got != row.given {
				t.Errorf("of %q, %q is given, want %q", row.written, got, row.given)
			}
			wantErr(t, s, ErrMore)
		})
	}
}

func TestTextBeforeAnErrorIsGivenFirst(t *testing.T) {
	s := New(Limits{}, Scope{})
	io.WriteString(s, "<a>text\x01")
	next(t, s)
	if token := next(t, s); token.Kind != Text || token.End != 7 {
		t.Errorf("the token is %+v, want the text up to 7", token)
	}
	_, first := s.Next()
	_, second := s.Next()
	if broken := (*Error)(nil); !errors.As(first, &broken) || broken.Rule != RuleCharacter || first != second {
		t.Errorf("the errors are %v and %v, want %s for ever", first, second, RuleCharacter)
	}
}

func TestAnEndIsAnEndOnlySoFar(t *testing.T) {
	s := New(Limits{}, Scope{})
	wantErr(t, s, ErrMore)
	io.WriteString(s, "<a/>")
	next(t, s)
	next(t, s)
	wantErr(t, s, io.EOF)
	io.WriteString(s, " ")
	if token := next(t, s); token.Kind != Text || token.Depth != 0 {
		t.Errorf("white space behind the root is %+v, want text of depth 0", token)
	}
	wantErr(t, s, io.EOF)
	io.WriteString(s, "<")
	wantErr(t, s, ErrMore)
	io.WriteString(s, "b")
	if _, err := s.Next(); err.(*Error).Rule != RuleSecondRoot {
		t.Errorf("a second root is met with %v", err)
	}
}

func TestRestartKeepsWhatWasNotScanned(t *testing.T) {
	s := New(Limits{}, Scope{Default: "outer"})
	io.WriteString(s, "<s xmlns='n' xmlns:p='m'>\n<proceed/><?xml version='1.0'?><a/>")
	for token := next(t, s); token.Kind != End; token = next(t, s) {
	}
	if s.Offset() != 36 || s.Buffered() != 25 {
		t.Fatalf("%d bytes are scanned and %d not, want 36 and 25", s.Offset(), s.Buffered())
	}
	s.Restart()
	if diff := cmp.Diff(Scope{Default: "outer"}, s.Scope()); diff != "" {
		t.Errorf("the scope after Restart differs (-want +got):\n%s", diff)
	}
	if token := next(t, s); token.Kind != Decl || token.Pos != 36 {
		t.Errorf("the first token of the new document is %+v, want its declaration at 36", token)
	}
	if token := next(t, s); token.Name != (Name{"outer", "a"}) || token.Depth != 1 {
		t.Errorf("the new root is %+v", token)
	}
	next(t, s)
	wantErr(t, s, io.EOF)
}

func TestRestartForgetsTheErrorButNotTheLine(t *testing.T) {
	s := New(Limits{}, Scope{})
	io.WriteString(s, "<a>\n</b>")
	next(t, s)
	next(t, s)
	if _, err := s.Next(); err.(*Error).Rule != RuleMismatchedTag {
		t.Fatal(err)
	}
	s.Restart()
	_, err := s.Next()
	want := "2:3: text is not allowed outside the root element (text-outside-root)"
	if err.Error() != want {
		t.Errorf("what follows is met with %v, want %s", err, want)
	}
}

func TestResetForgetsEverything(t *testing.T) {
	s := New(Limits{Depth: 1}, Scope{})
	io.WriteString(s, "<a xmlns:p='n'>\n\n<b")
	read(t, s, true)
	s.Reset(Limits{}, Scope{Default: "n"})
	got := read(t, s, false, []byte("<a><b/>\x01"))
	want := read(t, New(Limits{}, Scope{Default: "n"}), false, []byte("<a><b/>\x01"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after Reset the reading differs from a new scanner's (-new +reset):\n%s", diff)
	}
}

func TestScopeIsWhatAChildInherits(t *testing.T) {
	outer := Scope{Default: "d0", Prefixes: map[string]string{"p": "p0", "q": "q0"}}
	s := New(Limits{}, outer)
	io.WriteString(s, "<a xmlns='d1' xmlns:p='p1'><b/><c xmlns=''><p:d xmlns:p='p2' xmlns:r='r2'/></c></a>")
	inA := Scope{Default: "d1", Prefixes: map[string]string{"p": "p1", "q": "q0"}}
	inC := Scope{Default: "", Prefixes: map[string]string{"p": "p1", "q": "q0"}}
	inD := Scope{Default: "", Prefixes: map[string]string{"p": "p2", "q": "q0", "r": "r2"}}
	check := func(where string, want Scope) {
		t.Helper()
		if diff := cmp.Diff(want, s.Scope()); diff != "" {
			t.Errorf("the scope %s differs (-want +got):\n%s", where, diff)
		}
	}
	check("outside", outer)
	for _, step := range []struct {
		where string
		want  Scope
	}{
		{"behind <a>", inA}, {"behind <b/>", inA}, {"behind the end of b", inA}, {"behind <c>", inC},
		{"behind <d/>", inD}, {"behind the end of d", inC}, {"behind </c>", inA}, {"behind </a>", outer},
	} {
		next(t, s)
		check(step.where, step.want)
	}
}

func TestAStanzaScannedAloneInItsScopeReadsTheSame(t *testing.T) {
	s := New(Limits{ElementDepth: 2}, Scope{})
	io.WriteString(s, streamHeader+`<stream:features><x stream:y='&amp;'/></stream:features>`)
	next(t, s)
	next(t, s)
	scope := s.Scope()
	var want reading
	want.drain(s, false)
	first, last := want.Tokens[0], want.Tokens[len(want.Tokens)-1]
	got := read(t, New(Limits{}, scope), false, s.Bytes(first.Pos, last.End))
	if got.Close != nil || got.String() != want.String() {
		t.Errorf("the stanza alone reads %s (%v), want %s", got, got.Close, want)
	}
}

func TestScopeAllocatesOnlyWhenItChanged(t *testing.T) {
	s := New(Limits{}, Scope{})
	io.WriteString(s, streamHeader)
	next(t, s)
	next(t, s)
	s.Scope()
	stanza := []byte("<iq><q xmlns='n' xmlns:p='m'/></iq>")
	if n := testing.AllocsPerRun(50, func() {
		s.Write(stanza)
		for {
			token, err := s.Next()
			if err != nil {
				break
			}
			s.Release(token.End)
		}
		if s.Scope().Default != "jabber:client" {
			t.Error("the scope is lost")
		}
	}); n != 0 {
		t.Errorf("asking for the scope between stanzas takes %v allocations, want 0", n)
	}
}

func TestBytesAreGivenOnlyWhileHeld(t *testing.T) {
	s := New(Limits{}, Scope{})
	io.WriteString(s, "<a>text</a>")
	next(t, s)
	next(t, s)
	for _, row := range []struct {
		name     string
		pos, end int64
		want     []byte
	}{
		{"a token", 3, 7, []byte("text")},
		{"all", 0, 11, []byte("<a>text</a>")},
		{"nothing", 3, 3, []byte{}},
		{"too far", 3, 12, nil},
		{"turned around", 7, 3, nil},
		{"before the start", -1, 3, nil},
	} {
		if got := s.Bytes(row.pos, row.end); !bytes.Equal(got, row.want) || (got == nil) != (row.want == nil) {
			t.Errorf("%s: the bytes are %q, want %q", row.name, got, row.want)
		}
	}
	s.Release(5)
	if got := s.Bytes(3, 7); got != nil {
		t.Errorf("released bytes are given: %q", got)
	}
	if got := s.Bytes(5, 7); string(got) != "xt" {
		t.Errorf("the bytes not released are %q, want %q", got, "xt")
	}
	s.Release(1000)
	if got := s.Bytes(7, 11); string(got) != "</a>" {
		t.Errorf("Release went too far: what was not scanned is %q", got)
	}
	next(t, s)
	wantErr(t, s, io.EOF)
}

func TestReleaseKeepsTheTokenBeingScanned(t *testing.T) {
	s := New(Limits{}, Scope{})
	for _, piece := range []string{"<a b='1", "2", "3", "4'/>"} {
		s.Next()
		s.Release(s.Offset())
		io.WriteString(s, piece)
	}
	if got := string(s.AppendValue(nil, next(t, s).Attr[0])); got != "1234" {
		t.Errorf("the value is %q, want %q", got, "1234")
	}
}

func TestFillReadsOnceAndReportsItsReader(t *testing.T) {
	s := New(Limits{}, Scope{})
	r := iotest.OneByteReader(strings.NewReader("<a/>"))
	for i := range 4 {
		if n, err := s.Fill(r); n != 1 || err != nil {
			t.Fatalf("read %d gives %d bytes and %v, want 1", i, n, err)
		}
	}
	if n, err := s.Fill(r); n != 0 || err != io.EOF {
		t.Errorf("the last read gives %d bytes and %v, want io.EOF", n, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestALargeBufferIsGivenBack(t *testing.T) {
	s := New(Limits{}, Scope{})
	io.WriteString(s, "<a>"+strings.Repeat("x", 1<<19))
	next(t, s)
	s.Release(next(t, s).End)
	if n := cap(s.buf); n > maxIdleBuffer {
		t.Errorf("an empty buffer of %d bytes is kept, want at most %d", n, maxIdleBuffer)
	}
	io.WriteString(s, "y</a>")
	if token := next(t, s); string(s.Bytes(token.Pos, token.End)) != "y" {
		t.Errorf("the text behind it is %+v", token)
	}
	io.WriteString(s, strings.Repeat(" ", 1<<19))
	s.Reset(Limits{}, Scope{})
	if n := cap(s.buf); n > maxIdleBuffer {
		t.Errorf("Reset keeps an empty buffer of %d bytes, want at most %d", n, maxIdleBuffer)
	}
}

func TestMessagesQuoteAndCutWhatTheInputSaid(t *testing.T) {
	for _, row := range []struct{ name, doc, want string }{
		{"a short name", "<a><bé></x", `the end tag must be that of the element "b\u00e9"`},
		{"a long name", "<" + strings.Repeat("x", 5000) + "></y", `the end tag must be that of the element "` + strings.Repeat("x", 40) + `"…`},
		{"a long name of many bytes", "<" + strings.Repeat("ä", 5000) + "></y", `the end tag must be that of the element "` + strings.Repeat(`\u00e4`, 40) + `"…`},
		{"a byte no name begins with", "<\x1b", `a name must begin with a letter or "_", also behind a colon, not with "\x1b"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := read(t, New(Limits{}, Scope{}), false, []byte(row.doc))
			if got.Err == nil || got.Err.Detail != row.want {
				t.Errorf("the error is %v, want %s", got.Err, row.want)
			}
		})
	}
}

func TestAnErrorReadsAsOneLine(t *testing.T) {
	got := read(t, New(Limits{}, Scope{}), false, []byte("<a>\n<b c='1' c='2'/></a>"))
	want := `2:10: the attribute "c" appears twice (duplicate-attribute)`
	if got.Err == nil || got.Err.Error() != want {
		t.Errorf("the error reads %v, want %s", got.Err, want)
	}
}

func TestCharactersAreCounted(t *testing.T) {
	texts := []string{"", "x", "ä", "€uro", "\U0001F600", strings.Repeat("aä€\U0001F600", 17)}
	for i := range 70 {
		texts = append(texts, strings.Repeat("x", i)+"ä"+strings.Repeat("x", 70-i))
	}
	for _, text := range texts {
		if got, want := countChars([]byte(text)), len([]rune(text)); got != want {
			t.Errorf("%q has %d characters, want %d", text, got, want)
		}
	}
}

func TestWhatIsNotGivenIsScannedAllTheSame(t *testing.T) {
	s := New(Limits{}, Scope{})
	s.GiveTo(2)
	got := read(t, s, false, []byte("<a xmlns='n'>1<b>2<c xmlns='m' d='&lt;'/>3<c xmlns='m'>4<![CDATA[5]]></c></b><e/></a>"))
	if want := `{n}a[xmlns:xmlns=n]("1" {n}b("23") {n}e())`; got.String() != want {
		t.Errorf("down to depth 2 it is read as\n%s, want\n%s", got, want)
	}
	s.Reset(Limits{}, Scope{})
	s.GiveTo(1)
	if got := read(t, s, false, []byte("<a><b><c></b></a>")); got.Err == nil || got.Err.Rule != RuleMismatchedTag {
		t.Errorf("a wrong end tag that nobody asks about is met with %v", got.Err)
	}
}

func TestAFaultFarIntoAStreamIsFoundAtItsLineAndColumn(t *testing.T) {
	for _, row := range []struct {
		name, between string
		line, column  int
	}{
		{"all in one line", "<b>é</b>", 1, 3 + 5000*8 + 1},
		{"a line each", "<b>é</b>\n", 5001, 1},
		{"lines that end within", "<b>\né</b>", 5001, 6},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := New(Limits{ElementDepth: 2}, Scope{})
			io.WriteString(s, "<a>")
			for range 5000 {
				io.WriteString(s, row.between)
				for token, err := s.Next(); err != ErrMore; token, err = s.Next() {
					if err != nil {
						t.Fatal(err)
					}
					s.Release(token.End)
				}
			}
			if s.base == 0 {
				t.Fatal("the input was never moved")
			}
			io.WriteString(s, "\x01")
			_, err := s.Next()
			if broken := (*Error)(nil); !errors.As(err, &broken) || broken.Line != row.line || broken.Column != row.column {
				t.Errorf("the error is %v, want it at %d:%d", err, row.line, row.column)
			}
		})
	}
}
