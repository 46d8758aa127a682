package xmlscan

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// Fault 11: the limits, at −1, 0 and +1.
func TestLimitsHoldExactly(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	nested := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	attrs := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " b%d=''", i)
		}
		return "<a" + b.String() + "/>"
	}
	pad := func(head, tail string, n int) string {
		return head + strings.Repeat("x", n-len(head)-len(tail)) + tail
	}
	small := Limits{ElementBytes: 64}
	stream := Limits{ElementBytes: 64, ElementDepth: 2}
	for _, row := range []struct {
		name   string
		limits Limits
		doc    string
		rule   Rule  // empty: accepted
		offset int64 // where it is refused
	}{
		{"depth below the default", Limits{}, nested(255), "", 0},
		{"depth at the default", Limits{}, nested(256), "", 0},
		{"depth above the default", Limits{}, nested(257), RuleDepthLimit, 3 * 256},
		{"depth above a limit of 1", Limits{Depth: 1}, nested(2), RuleDepthLimit, 3},
		{"depth without a limit", Limits{Depth: -1}, nested(5000), "", 0},
		{"attributes below the default", Limits{}, attrs(255), "", 0},
		{"attributes at the default", Limits{}, attrs(256), "", 0},
		{"attributes above the default", Limits{}, attrs(257), RuleAttributeLimit, int64(strings.Index(attrs(257), "b256"))},
		{"attributes without a limit", Limits{Attrs: -1}, attrs(1000), "", 0},
		{"a document below the limit", small, pad("<a>", "</a>", 63), "", 0},
		{"a document at the limit", small, pad("<a>", "</a>", 64), "", 0},
		{"a document above the limit", small, pad("<a>", "</a>", 65), RuleSizeLimit, 64},
		{"an empty element at the limit", small, pad("<a", "/>", 64), "", 0},
		{"an empty element above the limit", small, pad("<a", "/>", 65), RuleSizeLimit, 64},
		{"a document far above the limit", small, pad("<a>", "</a>", 6500), RuleSizeLimit, 64},
		{"a document without a limit", Limits{ElementBytes: -1}, pad("<a>", "</a>", 3<<20), "", 0},
		{"a document at the default limit", Limits{}, pad("<a>", "</a>", 1<<20), "", 0},
		{"a document above the default limit", Limits{}, pad("<a>", "</a>", 1<<20+1), RuleSizeLimit, 1 << 20},
		{"white space around a document does not count", small, strings.Repeat(" ", 100) + pad("<a>", "</a>", 64) + strings.Repeat("\n", 100), "", 0},
		{"a declaration counts for itself", small, "<?xml version='1.0'?>" + pad("<a>", "</a>", 64), "", 0},
		{"a declaration above the limit", small, "<?xml" + strings.Repeat(" ", 60) + "version='1.0'?><a/>", RuleSizeLimit, 64},

		{"a stream header at the limit", stream, pad("<s a='", "'>", 64) + "</s>", "", 0},
		{"a stream header above the limit", stream, pad("<s a='", "'>", 65) + "</s>", RuleSizeLimit, 64},
		{"stanzas at the limit, one by one", stream, "<s>" + strings.Repeat(pad("<a>", "</a>", 64), 3) + "</s>", "", 0},
		{"stanzas with white space between them", stream, "<s>" + strings.Repeat(pad("<a>", "</a>", 64)+strings.Repeat(" ", 100), 3) + "</s>", "", 0},
		{"a stanza above the limit", stream, "<s>" + pad("<a>", "</a>", 64) + pad("<a>", "</a>", 65), RuleSizeLimit, 3 + 64 + 64},
		{"children count for their stanza", stream, "<s>" + pad("<a><b/><c/>", "</a>", 65), RuleSizeLimit, 3 + 64},
		{"an empty stanza ends its count", stream, "<s>" + strings.Repeat("<a/>", 100) + "</s>", "", 0},
		{"text between stanzas does not count", stream, "<s>" + strings.Repeat("x", 1000) + "</s>", "", 0},
		{"a reference between stanzas at the limit", stream, "<s>" + strings.Repeat(" ", 70) + "&#" + strings.Repeat("0", 59) + "65;</s>", "", 0},
		{"a reference between stanzas above the limit", stream, "<s>" + strings.Repeat(" ", 70) + "&#" + strings.Repeat("0", 60) + "65;</s>", RuleSizeLimit, 3 + 70 + 64},
		{"an entity between stanzas at the limit", Limits{ElementBytes: 5, ElementDepth: 2}, "<s>&amp;</s>", "", 0},
		{"an entity between stanzas above the limit", Limits{ElementBytes: 4, ElementDepth: 2}, "<s>&amp;</s>", RuleSizeLimit, 3 + 4},
		{"a CDATA section between stanzas at the limit", stream, "<s>" + pad("<![CDATA[", "]]>", 64) + "</s>", "", 0},
		{"a CDATA section between stanzas above the limit", stream, "<s>" + pad("<![CDATA[", "]]>", 65) + "</s>", RuleSizeLimit, 3 + 64},
		{"the stream's end tag above the limit", stream, "<s></s" + strings.Repeat(" ", 62) + ">", RuleSizeLimit, 3 + 64},
		{"a tag above the limit after text that counts for nothing", stream, "<s>" + strings.Repeat(" ", 100) + "<" + strings.Repeat("x", 64), RuleSizeLimit, 3 + 100 + 64},
		{"an error at the limit's last byte", small, pad("<a>", "\x01", 64), RuleCharacter, 63},
		{"the limit before an error behind it", small, pad("<a>", "\x01", 65), RuleSizeLimit, 64},
		{"a character across the limit", small, pad("<a>", "ä", 65), RuleSizeLimit, 63},
		{"a character across the limit in a name", small, pad("<a", "\U00010000", 67), RuleSizeLimit, 63},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got reading
			if len(row.doc) < 1<<15 {
				got = readAllWays(t, row.limits, Scope{}, row.doc)
			} else {
				got = read(t, New(row.limits, Scope{}), true, []byte(row.doc))
			}
			switch {
			case row.rule == "" && got.Close != nil:
				t.Errorf("refused: %v", got.Close)
			case row.rule != "" && (got.Err == nil || got.Err.Rule != row.rule || got.Err.Offset != row.offset):
				t.Errorf("the error is %+v, want %s at %d", got.Err, row.rule, row.offset)
			case row.rule != "" && got.Err.Condition != PolicyViolation && row.rule != RuleCharacter:
				t.Errorf("the condition is %s, want %s", got.Err.Condition, PolicyViolation)
			}
		})
	}
}

// repeat is an input that has no end.
type repeat struct {
	unit string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.unit[r.at]
		r.at = (r.at + 1) % len(r.unit)
	}
	return len(p), nil
}

// readUntilError reads from r until a rule is broken or most bytes were read,
// and returns the most bytes of buffer held on the way, and the error.
func readUntilError(t *testing.T, s *Scanner, r io.Reader, most int64) (held int, err error) {
	t.Helper()
	for s.Offset() < most {
		token, err := s.Next()
		switch err {
		case nil:
			s.Release(token.End)
		case ErrMore:
			if _, err := s.Fill(r); err != nil {
				t.Fatalf("Fill failed: %v", err)
			}
			held = max(held, cap(s.buf))
		default:
			return held, err
		}
	}
	return held, nil
}

// Fault 11: what has no end.
func TestAttacksWithoutEndAreCutOrCostNoMemory(t *testing.T) {
	stream := Limits{ElementDepth: 2}
	for _, row := range []struct {
		name, head, unit string
		rule             Rule // empty: goes on for ever
		held             int
	}{
		{"elements nested 1,000,000 deep", "", "<a>", RuleDepthLimit, 2 * maxFill},
		{"the same attribute", "<a", " b='1'", RuleDuplicateAttribute, 2 * maxFill},
		{"a stream header", "<s a='", "x", RuleSizeLimit, 4 << 20},
		{"a name", "<", "x", RuleSizeLimit, 4 << 20},
		{"white space in a tag", "<a", " ", RuleSizeLimit, 4 << 20},
		{"zeros of a reference", "<s>&#", "0", RuleSizeLimit, 4 << 20},
		{"text of a stanza", "<s><a>", "x", RuleSizeLimit, 2 * maxFill},
		{"children of a stanza", "<s><a>", "<b/>", RuleSizeLimit, 2 * maxFill},
		{"a CDATA section", "<s><![CDATA[", "x", RuleSizeLimit, 4 << 20},
		{"white space of a declaration", "<?xml", " ", RuleSizeLimit, 4 << 20},
		{"white space before the stream", "", " ", "", 2 * maxFill},
		{"white space between stanzas", "<s>", " ", "", 2 * maxFill},
		{"line ends between stanzas", "<s>", "\r\n", "", 2 * maxFill},
		{"stanzas", "<s>", "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "", 2 * maxFill},
		{"white space behind the root", "<s/>", "\n", "", 2 * maxFill},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := New(stream, Scope{})
			held, err := readUntilError(t, s, io.MultiReader(strings.NewReader(row.head), &repeat{unit: row.unit}), 5<<18)
			broken, _ := err.(*Error)
			switch {
			case row.rule == "" && err != nil && err != io.EOF:
				t.Errorf("it ends with %v", err)
			case row.rule != "" && (broken == nil || broken.Rule != row.rule):
				t.Errorf("it ends with %v, want %s", err, row.rule)
			}
			if held > row.held {
				t.Errorf("it made the buffer %d bytes long, want at most %d", held, row.held)
			}
		})
	}
}

func TestNamesThatNeverRepeatAreForgotten(t *testing.T) {
	s := New(Limits{ElementDepth: 2}, Scope{})
	s.Write([]byte("<s>"))
	for i := range 20 * maxInterned {
		fmt.Fprintf(s, "<p%d:a%d xmlns:p%d='n%d' b%d=''/>", i, i, i, i, i)
		for {
			token, err := s.Next()
			if err == ErrMore {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			s.Release(token.End)
		}
	}
	if n := len(s.names.qnames) + len(s.names.spaces); n > 2*maxInterned {
		t.Errorf("%d names are kept, want at most %d", n, 2*maxInterned)
	}
	if n := len(s.space.latest) + len(s.space.bindings); n != 0 {
		t.Errorf("%d bindings of closed elements are kept", n)
	}
}

// TestCostIsLinear counts what could grow with the square of the input: bytes
// that are copied, by allocation, when 256 KiB come one by one. That the test
// ends at all shows that no byte is scanned again and again.
// Fault 11: the time it takes.
func TestCostIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	for _, row := range []struct{ name, head, unit, tail string }{
		{"text", "<a>", "x", "</a>"},
		{"text of many bytes a character", "<a>", "ä", "</a>"},
		{"brackets", "<a>", "]", "</a>"},
		{"references", "<a>", "&amp;", "</a>"},
		{"zeros of a reference", "<a>&#", "0", "65;</a>"},
		{"a value", "<a b='", "x", "'/>"},
		{"a name", "<", "x", "/>"},
		{"white space in a tag", "<a", " ", "/>"},
		{"white space in an end tag", "<a></a", "\n", ">"},
		{"a CDATA section", "<a><![CDATA[", "]", "]]></a>"},
		{"white space of a declaration", "<?xml", " ", "version='1.0'?><a/>"},
		{"white space behind the root", "<a/>", "\n", ""},
		{"children", "<a>", "<b c='1'/>", "</a>"},
	} {
		t.Run(row.name, func(t *testing.T) {
			doc := []byte(row.head + strings.Repeat(row.unit, (1<<18)/len(row.unit)) + row.tail)
			s := New(Limits{}, Scope{})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for i := range doc {
				s.Write(doc[i : i+1])
				for {
					token, err := s.Next()
					if err == ErrMore || err == io.EOF {
						break
					} else if err != nil {
						t.Fatal(err)
					}
					s.Release(token.End)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
				t.Errorf("%d bytes were allocated for 256 KiB, want at most 4 MiB", n)
			}
		})
	}
}

func TestManyPrefixesAndAttributesCostNoSearch(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	// 50,000 bindings in force and as many attributes in one tag: with a search
	// among all of them for each, this would take minutes.
	const n = 50_000
	var b strings.Builder
	b.WriteString("<a")
	for i := range n {
		fmt.Fprintf(&b, " xmlns:p%d='n%d' p%d:b=''", i, i, i)
	}
	b.WriteString(">")
	for i := range n {
		fmt.Fprintf(&b, "<p%d:c/>", i)
	}
	b.WriteString("</a>")
	s := New(Limits{Attrs: -1, ElementBytes: -1}, Scope{})
	got := read(t, s, true, []byte(b.String()))
	if got.Close != nil {
		t.Fatal(got.Close)
	}
	if last := got.Tokens[len(got.Tokens)-2].Name; last.Space != fmt.Sprintf("n%d", n-1) {
		t.Errorf("the last child is in the namespace %q", last.Space)
	}
}

func TestTokensCostNoAllocations(t *testing.T) {
	s := New(Limits{ElementDepth: 2}, Scope{})
	s.Write([]byte(streamHeader))
	stanza := []byte("<stream:features>\r\n<a xml:lang='en' xmlns:q='n' q:b='&lt;' q:c=''>t&#228;&amp;xt<![CDATA[x]]></a></stream:features>" + discoReply)
	var value []byte
	scan := func() {
		s.Write(stanza)
		for {
			token, err := s.Next()
			if err != nil {
				break
			}
			for _, a := range token.Attr {
				value = s.AppendValue(value[:0], a)
			}
			if token.Kind == Text {
				value = s.AppendText(value[:0], token)
			}
			s.Release(token.End)
		}
		if s.Buffered() > 0 || s.err != nil {
			t.Fatalf("the stanza was not scanned: %v", s.err)
		}
	}
	scan()
	if n := testing.AllocsPerRun(100, scan); n != 0 {
		t.Errorf("scanning two stanzas takes %v allocations, want 0", n)
	}
}

func TestATokenOfAMebibyteMayComeByteByByte(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	s := New(Limits{}, Scope{})
	doc := "<a b='" + strings.Repeat("x", 1<<20-9) + "'/>"
	for i := range len(doc) - 1 {
		io.WriteString(s, doc[i:i+1])
		wantErr(t, s, ErrMore)
	}
	io.WriteString(s, ">")
	if token := next(t, s); token.End != 1<<20 {
		t.Errorf("the tag ends at %d, want %d", token.End, 1<<20)
	}
}

func TestLongNamesAreNotKept(t *testing.T) {
	s := New(Limits{}, Scope{})
	long := strings.Repeat("x", maxInternedLen+1)
	read(t, s, true, []byte("<a><"+long+" b='' "+long+"='' xmlns='"+long+"'><c/></"+long+"></a>"))
	for _, q := range s.names.follower {
		if q != nil && len(q.raw) > maxInternedLen {
			t.Errorf("a name of %d bytes is kept", len(q.raw))
		}
	}
	if n := len(s.names.space); n > maxInternedLen {
		t.Errorf("a namespace of %d bytes is kept", n)
	}
}
