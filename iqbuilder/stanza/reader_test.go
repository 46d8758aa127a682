package stanza

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/internal/xmlscan"
)

const (
	clientHeader = "<?xml version='1.0'?>\n<stream:stream xmlns='jabber:client' " +
		"xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='host' version='1.0' xml:lang='en'>"
	streamEnd = "</stream:stream>"
)

// discoReply is a reply as a server sends it, of 1.3 kB.
var discoReply = func() string {
	var b strings.Builder
	b.WriteString(`<iq type='result' id='q7f2' to='juliet@capulet.example/balcony' from='pubsub.capulet.example'>` +
		`<query xmlns='http://jabber.org/protocol/disco#info'><identity category='pubsub' type='service' name='Pub &amp; Sub'/>`)
	for i := range 20 {
		fmt.Fprintf(&b, `<feature var='http://jabber.org/protocol/pubsub#item-%d'/>`, i)
	}
	return b.String() + `</query></iq>`
}()

func newReader(input string) (*Reader, *xmlscan.Scanner) {
	sc := NewScanner(Limits{})
	io.WriteString(sc, input)
	return NewReader(sc), sc
}

// readAll feeds the input in pieces of n bytes, and tells what came.
func readAll(input string, n int) (got []string, err error) {
	r, sc := newReader("")
	for {
		s, err := r.Next()
		switch {
		case err == nil:
			got = append(got, fmt.Sprintf("%d %s", s.Kind(), s.XML()))
		case !errors.Is(err, xmlscan.ErrMore) || input == "":
			return got, err
		default:
			k := min(n, len(input))
			io.WriteString(sc, input[:k])
			input = input[k:]
		}
	}
}

func TestAStreamIsCutIntoItsElements(t *testing.T) {
	input := clientHeader + "\n" +
		"<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>" +
		"  <iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>" +
		"\r\n<message><body>a &lt; b</body></message><presence/><iq xmlns='jabber:server'/>" + streamEnd + "\n"
	want := []string{
		fmt.Sprintf("%d %s", StreamOpen, clientHeader),
		fmt.Sprintf("%d <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>", Element),
		fmt.Sprintf("%d <iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", IQ),
		fmt.Sprintf("%d <message><body>a &lt; b</body></message>", Message),
		fmt.Sprintf("%d <presence/>", Presence),
		fmt.Sprintf("%d <iq xmlns='jabber:server'/>", Element),
		fmt.Sprintf("%d %s", StreamClose, streamEnd),
	}
	for _, n := range []int{1, 2, 3, 7, 64, len(input)} {
		got, err := readAll(input, n)
		if err != io.EOF {
			t.Errorf("in pieces of %d the stream ends with %v", n, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in pieces of %d:\n%s", n, diff)
		}
	}
}

func TestTheHeaderOfAStanzaIsRead(t *testing.T) {
	r, _ := newReader(clientHeader + "<iq xml:lang='de' x:lang='no' x:type='no' xmlns:x='y' type='get' id='a&amp;b&#x20;' from='' to='B@HOST'>" +
		"text<error/><ping xmlns='urn:xmpp:ping'><deep/></ping><x/></iq>")
	r.Next()
	s, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	type header struct {
		Kind             Kind
		Name, Payload    Name
		Type             Type
		ID, From, To     string
		Lang             string
		Payloads         int
		HasID, HasError  bool
		Request, IsReply bool
		Content          string
	}
	got := header{s.Kind(), s.Name(), s.Payload(), s.Type(), s.ID(), s.From(), s.To(), s.Lang(), s.Payloads(),
		s.HasID(), s.HasError(), s.IsRequest(), s.IsReply(), s.Scope().Content}
	want := header{IQ, Name{Space: NSClient, Local: "iq"}, Name{Space: "urn:xmpp:ping", Local: "ping"}, Get,
		"a&b ", "", "B@HOST", "de", 2, true, true, true, false, NSClient}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := r.Header(); *got != (StreamHeader{ID: "s1", From: "host", Version: "1.0", Lang: "en", Content: NSClient}) {
		t.Errorf("the stream's header is %+v", got)
	}
}

func TestAbsentAttributes(t *testing.T) {
	r, _ := newReader(clientHeader + "<iq/><iq id=''/>")
	r.Next()
	without, _ := r.Next()
	empty, _ := r.Next()
	if without.HasID() || !empty.HasID() || empty.ID() != "" {
		t.Error("no id and an empty id are not told apart")
	}
	if without.Lang() != "en" {
		t.Errorf("the stream's xml:lang is not inherited: %q", without.Lang())
	}
	if without.IsRequest() || without.IsReply() {
		t.Error("an IQ without a type is taken for a request or a reply")
	}
}

func TestAStanzaKeepsTheStreamsPrefixes(t *testing.T) {
	r, _ := newReader("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' " +
		"xmlns:db='jabber:server:dialback'><db:result/><iq type='set'><error/></iq>")
	r.Next()
	s, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	tree, err := s.Tree()
	if err != nil || tree.Name.Space != "jabber:server:dialback" {
		t.Errorf("the tree of %s is %v, %v", s.XML(), tree, err)
	}
	iq, err := r.Next()
	if err != nil || iq.Kind() != IQ || !iq.HasError() || iq.Scope().Content != NSComponent {
		t.Errorf("a component's IQ is not known as one: %v", err)
	}
}

func TestWhatIsNoStreamIsRefused(t *testing.T) {
	const streams = "xmlns:stream='http://etherx.jabber.org/streams'"
	behind := len(clientHeader) - strings.Index(clientHeader, "\n") // the column behind the header
	for _, tt := range []struct {
		name, input  string
		rule         xmlscan.Rule
		condition    xmlscan.Condition
		line, column int
	}{
		{"another root", "<iq xmlns='jabber:client'/>", RuleStreamNamespace, InvalidNamespace, 1, 1},
		{"another namespace", "\n <stream:stream xmlns='jabber:client' xmlns:stream='x'>", RuleStreamNamespace, InvalidNamespace, 2, 2},
		{"another name", "<stream:steam xmlns='jabber:client' " + streams + ">", RuleNoStream, BadFormat, 1, 1},
		{"another content", "<stream:stream xmlns='jabber:server' " + streams + ">", RuleContentNamespace, InvalidNamespace, 1, 1},
		{"no content", "<stream:stream " + streams + ">", RuleContentNamespace, InvalidNamespace, 1, 1},
		{"text between", clientHeader + "\n<iq/> \n é x", RuleTextInStream, BadFormat, 4, 2},
		{"text as CDATA", clientHeader + "<![CDATA[ ]]>", RuleTextInStream, BadFormat, 2, behind},
		{"text as reference", clientHeader + "&#32;", RuleTextInStream, BadFormat, 2, behind},
		{"the stream's end inside a stanza", clientHeader + "<iq></stream:stream>", xmlscan.RuleMismatchedTag, xmlscan.NotWellFormed, 2, behind + 6},
		{"a second root", clientHeader + streamEnd + "<a/>", xmlscan.RuleSecondRoot, xmlscan.NotWellFormed, 2, behind + len(streamEnd)},
		{"a second declaration", clientHeader + "<?xml version='1.0'?>", xmlscan.RuleInstruction, xmlscan.RestrictedXML, 2, behind},
		{"endless space before the tag", "<?xml version='1.0'?>" + strings.Repeat(" ", maxHeader+100) + "<a", RuleHeaderSpace, xmlscan.PolicyViolation, 1, maxHeader + 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := newReader(tt.input)
			var err error
			for err == nil {
				_, err = r.Next()
			}
			if tt.rule == xmlscan.RuleSecondRoot && err == io.EOF {
				_, err = r.Next()
			}
			var broken *xmlscan.Error
			if !errors.As(err, &broken) {
				t.Fatalf("the error is %v", err)
			}
			if broken.Rule != tt.rule || broken.Condition != tt.condition {
				t.Errorf("got %s, %s; want %s, %s", broken.Rule, broken.Condition, tt.rule, tt.condition)
			}
			if broken.Line != tt.line || broken.Column != tt.column {
				t.Errorf("the fault stands at %d:%d, want %d:%d", broken.Line, broken.Column, tt.line, tt.column)
			}
			if _, again := r.Next(); again != err {
				t.Errorf("asked again, it says %v", again)
			}
			if _, piecewise := readAll(tt.input, 1); tt.rule != xmlscan.RuleSecondRoot && !cmp.Equal(piecewise, err) {
				t.Errorf("byte by byte, it says %v", piecewise)
			}
		})
	}
}

func TestAStreamBeginsAnew(t *testing.T) {
	r, sc := newReader(clientHeader + "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
	r.Next()
	if s, err := r.Next(); err != nil || s.Name().Space != NSSASL {
		t.Fatalf("got %v, %v", s, err)
	}
	r.Restart()
	if r.Header() != nil {
		t.Error("the old header is still there")
	}
	io.WriteString(sc, strings.Replace(clientHeader, "s1", "s2", 1)+"<iq/>")
	if s, err := r.Next(); err != nil || s.Kind() != StreamOpen || r.Header().ID != "s2" {
		t.Fatalf("the second header is not read: %v", err)
	}
	if s, err := r.Next(); err != nil || s.Kind() != IQ {
		t.Errorf("behind the second header: %v", err)
	}
}

func TestStanzasOfAStreamShareTheirScope(t *testing.T) {
	r, _ := newReader(clientHeader + "<iq/><iq/>")
	r.Next()
	a, _ := r.Next()
	b, _ := r.Next()
	if a.shape.scope != b.shape.scope {
		t.Error("each stanza has a scope of its own")
	}
}

// Names and scope are shared by those that have the same, and by no others.
func TestStanzasThatLookNearlyAlikeAreToldApart(t *testing.T) {
	r, _ := newReader(clientHeader + "<iq><q xmlns='urn:a'/></iq><iq><q xmlns='urn:b'/></iq><iq><p xmlns='urn:b'/></iq><am><p xmlns='urn:b'/></am><iq><q xmlns='urn:a'/></iq>" + streamEnd)
	var got []string
	for {
		s, err := r.Next()
		if err != nil {
			break
		}
		got = append(got, fmt.Sprintf("%s %s %s %q", s.Name().Local, s.Payload().Local, s.Payload().Space, s.Scope().Content))
	}
	want := []string{
		`stream   ""`, `iq q urn:a "jabber:client"`, `iq q urn:b "jabber:client"`, `iq p urn:b "jabber:client"`,
		`am p urn:b "jabber:client"`, `iq q urn:a "jabber:client"`, `stream   "jabber:client"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Who raises the limits of a stream has to be able to look at what came.
func TestATreeIsNotBoundByTheDefaultLimits(t *testing.T) {
	sc := NewScanner(Limits{Depth: 2000, Attrs: 1000, ElementBytes: 4 << 20})
	var attrs strings.Builder
	for i := range 500 {
		fmt.Fprintf(&attrs, " a%d=''", i)
	}
	io.WriteString(sc, clientHeader+"<iq"+attrs.String()+">"+strings.Repeat("<a>", 1000)+strings.Repeat("x", 2<<20)+strings.Repeat("</a>", 1000)+"</iq>")
	r := NewReader(sc)
	r.Next()
	s, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if root := mustTree(t, s); len(root.Attrs) != 500 {
		t.Errorf("there are %d attributes", len(root.Attrs))
	}
}

// Bytes that are copied together are those that were asked for, in whatever pieces they come.
func TestStanzasOfManySizesAreCutRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []string
		for range rapid.IntRange(0, 80).Draw(t, "elements") {
			size := rapid.SampledFrom([]int{0, 1, 50, 60, 300, 2000, 4096 - len("<iq></iq>"), 4097 - len("<iq></iq>"), 5000}).Draw(t, "size")
			want = append(want, "<iq>"+strings.Repeat(string(rune('a'+len(want)%26)), size)+"</iq>")
		}
		input := clientHeader + strings.Join(want, rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
		r, sc := newReader("")
		var got []string
		for {
			s, err := r.Next()
			switch {
			case err == nil && s.Kind() == IQ:
				got = append(got, s.XML())
			case err != nil && input == "":
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatal(diff)
				}
				return
			case err != nil:
				k := min(len(input), rapid.SampledFrom([]int{7, 100, 1000, 8000, 100_000}).Draw(t, "piece"))
				io.WriteString(sc, input[:k])
				input = input[k:]
			}
		}
	})
}

// The work for an input that comes byte by byte must not grow with the square
// of the element's size. Work is measured as time, in one run, as a ratio; a
// quadratic reader would take 16 times as long.
func BenchmarkByteByByte(b *testing.B) {
	for _, size := range []int{64 << 10, 256 << 10, 1000 << 10} {
		text := clientHeader + "<iq><a>" + strings.Repeat("x&lt;<b c='d'/>", size/16) + "</a></iq>"
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if got, err := readAll(text, 1); len(got) != 2 {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReaderDiscoReply(b *testing.B) {
	r, sc := newReader(clientHeader)
	r.Next()
	reply := []byte(discoReply)
	b.SetBytes(int64(len(reply)))
	b.ReportAllocs()
	for b.Loop() {
		sc.Write(reply)
		if _, err := r.Next(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAStreamsElementsAreWhatParseMakesOfThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := []string{clientHeader}
		input := clientHeader
		for range rapid.IntRange(0, 5).Draw(t, "elements") {
			want = append(want, drawXML(t))
			input += rapid.SampledFrom([]string{"", " ", "\r\n\t"}).Draw(t, "between") + want[len(want)-1]
		}
		r, sc := newReader("")
		for i := 0; i < len(want); {
			s, err := r.Next()
			if errors.Is(err, xmlscan.ErrMore) && input != "" {
				k := rapid.IntRange(1, len(input)).Draw(t, "piece")
				io.WriteString(sc, input[:k])
				input = input[k:]
				continue
			}
			if err != nil {
				t.Fatalf("instead of %q: %v", want[i], err)
			}
			if s.XML() != want[i] {
				t.Fatalf("got %q, want %q", s.XML(), want[i])
			}
			if i > 0 {
				parsed, err := Parse(want[i], s.Scope())
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(factsOf(parsed), factsOf(s)); diff != "" {
					t.Fatalf("%q: %s", want[i], diff)
				}
			}
			i++
		}
	})
}
