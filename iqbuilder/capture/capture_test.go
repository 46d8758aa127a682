package capture

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

const (
	goodIQ   = "<iq type='get' id='1' to='a@b'><ping xmlns='urn:xmpp:ping'/></iq>"
	serverIQ = "<iq type='get' id='1' from='a@b'><ping xmlns='urn:xmpp:ping'/></iq>"
	replyIQ  = "<iq type='result' id='1' from='a@b' to='c@d/e'/>"
	stream   = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='b' version='1.0'>"
	answer   = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s' from='b' version='1.0'>"
	features = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>"
	bare     = "<stream xmlns='http://etherx.jabber.org/streams' to='b' version='1.0'>"
	goodBare = "<iq xmlns='jabber:client' type='get' id='1' to='a@b'><ping xmlns='urn:xmpp:ping'/></iq>"
	noIQ     = "<ns:element xmlns:ns='x'/>"
)

// elements reads a whole text.
func elements(t testing.TB, text string) []Element {
	t.Helper()
	var all []Element
	for el, err := range Read(strings.NewReader(text), stanza.ClientScope()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, el)
	}
	return all
}

// sketch is an element in a line: its way, its bytes, and what is wrong where.
func sketch(text string, el Element) string {
	way := map[stanza.Direction]string{stanza.In: "in ", stanza.Out: "out "}[el.Dir]
	line := way + text[el.Pos:el.End]
	if el.Stanza.Kind() == stanza.Broken {
		line += " broken, " + el.Findings[0].Section
	}
	for _, f := range el.Findings {
		line += fmt.Sprintf(" %d:%d:%s", f.Line, f.Column, f.Rule)
	}
	return line
}

func TestACaptureIsItsElements(t *testing.T) {
	for _, row := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", " \n", []string{" \n broken, RFC 6120 §8 1:1:one-element"}},
		{"stanzas alone", "\n" + goodIQ + " <presence/>\n<message/>", []string{goodIQ, "<presence/>", "<message/>"}},
		{"what is no stanza", "<presence/>" + noIQ + "<presence/>", []string{"<presence/>", noIQ + " 1:13:not-an-iq", "<presence/>"}},
		{"a stanza that breaks off", "<presence/>\n<iq <presence/>", []string{"<presence/>", "<iq <presence/> broken, RFC 6120 §11.3 2:5:bad-name"}},
		{"a declaration in between", "<presence/><?xml version='1.0'?><presence/><presence/>",
			[]string{"<presence/>", "<?xml version='1.0'?><presence/> broken, RFC 6120 §8 1:12:one-element", "<presence/>"}},
		{"a client's stream", stream + goodIQ + serverIQ + "</stream:stream>",
			[]string{"out " + stream, "out " + goodIQ, "out " + serverIQ + " 1:194:from-of-a-client", "out </stream:stream>"}},
		{"a server's", answer + "<stream:features/> " + serverIQ, []string{"in " + answer, "in <stream:features/>", "in " + serverIQ}},
		{"one behind the other", answer + "<x xmlns='y'/>\n<?xml version='1.0'?>\n" + stream + "\n<iq id='1'/>",
			[]string{"in " + answer, "in <x xmlns='y'/>", "out <?xml version='1.0'?>\n" + stream, "out <iq id='1'/> 4:2:type-missing"}},
		{"a client's that says from whom", strings.Replace(stream, "to=", "from='a@b' to=", 1),
			[]string{"out " + strings.Replace(stream, "to=", "from='a@b' to=", 1)}},
		{"no stream behind one", stream + "<?xml version='1.0'?><iq/>",
			[]string{"out " + stream, "out <?xml version='1.0'?><iq/> broken, RFC 6120 §4.8.1 1:128:stream-namespace"}},
		{"another of its elements behind one", stream + "<?xml version='1.0'?>" + features,
			[]string{"out " + stream, "out <?xml version='1.0'?>" + features + " broken, RFC 6120 §4.2 1:128:no-stream"}},
		{"an element that sounds like a stream", stream + "<stream:streams/>", []string{"out " + stream, "out <stream:streams/>"}},
		{"a stream's element alone", features, []string{features}},
		{"an acknowledgement alone", "<r xmlns='urn:xmpp:sm:3'/>", []string{"<r xmlns='urn:xmpp:sm:3'/>"}},
		{"a payload alone", "<query xmlns='jabber:iq:version'/>", []string{"<query xmlns='jabber:iq:version'/> 1:2:not-an-iq"}},
		{"an id used again without a stream", goodIQ + goodIQ, []string{goodIQ, goodIQ}},
		{"an id in flight, used again in another line", stream + goodIQ + "\n" + strings.Replace(goodIQ, "<iq", "<iq\n ", 1),
			[]string{"out " + stream, "out " + goodIQ, "out " + strings.Replace(goodIQ, "<iq", "<iq\n ", 1) + " 3:14:id-in-flight"}},
		{"an id in flight, used to another", stream + goodIQ + strings.Replace(goodIQ, "a@b", "c@d", 1),
			[]string{"out " + stream, "out " + goodIQ, "out " + strings.Replace(goodIQ, "a@b", "c@d", 1)}},
		{"an id in flight, used again in a stream", stream + goodIQ + replyIQ + goodIQ,
			[]string{"out " + stream, "out " + goodIQ, "out " + replyIQ, "out " + goodIQ + " 1:235:id-in-flight"}},
		{"an id used again in another stream", stream + goodIQ + "\n" + stream + goodIQ,
			[]string{"out " + stream, "out " + goodIQ, "out " + stream, "out " + goodIQ}},
		{"no id, twice", "<iq type='get'><a xmlns='b'/></iq><iq type='get'><a xmlns='b'/></iq>",
			[]string{"<iq type='get'><a xmlns='b'/></iq> 1:2:id-missing", "<iq type='get'><a xmlns='b'/></iq> 1:36:id-missing"}},
		{"a captured reply", "<iq type='result' id='1' from='b@c' to='a@b'/>", []string{"<iq type='result' id='1' from='b@c' to='a@b'/>"}},
		{"a captured push", "<iq type='set' id='1' from='a@b' to='a@b/r'><q xmlns='u'/></iq>", []string{"<iq type='set' id='1' from='a@b' to='a@b/r'><q xmlns='u'/></iq>"}},
		{"a typed request that says from whom", "<iq type='get' id='1' from='a@b' to='b@c'><q xmlns='u'/></iq>",
			[]string{"<iq type='get' id='1' from='a@b' to='b@c'><q xmlns='u'/></iq> 1:23:from-of-a-client"}},
		{"a fault on a later line", "<presence/><iq type='result'\nid='1'>\n<a/></iq>",
			[]string{"<presence/>", "<iq type='result'\nid='1'>\n<a/></iq> 3:2:payload-namespace"}},
		{"what seems to be an IQ", stream + "<iq xmlns='x' id='1' type='result'/><foo/>",
			[]string{"out " + stream, "out <iq xmlns='x' id='1' type='result'/> 1:118:iq-namespace", "out <foo/> 1:144:not-an-iq"}},
		{"a stream that breaks off", stream + "\n<iq> ", []string{"out " + stream, "out <iq>  broken, RFC 6120 §11.3 2:6:unexpected-end"}},
		{"text between", stream + "<presence/>x<presence/>", []string{"out " + stream, "out <presence/>", "out x<presence/> broken, RFC 6120 §11.7 1:118:text-between-stanzas"}},
		{"a stream that is none", strings.Replace(stream, "jabber:client", "jabber:server", 1) + goodIQ,
			[]string{strings.Replace(stream, "jabber:client", "jabber:server", 1) + goodIQ + " broken, RFC 6120 §4.8.2 1:1:content-namespace"}},
		{"a stream whose stanzas name their namespace", bare + goodBare + "</stream>" + bare + "<features/>",
			[]string{"out " + bare, "out " + goodBare, "out </stream>", "out " + bare, "out <features/>"}},
		{"a payload that is called stream", stream + "<stream xmlns='x'/>", []string{"out " + stream, "out <stream xmlns='x'/>"}},
		{"a stream by another prefix inside", stream + "<s:stream xmlns:s='http://etherx.jabber.org/streams'>",
			[]string{"out " + stream, "out <s:stream xmlns:s='http://etherx.jabber.org/streams'> broken, RFC 6120 §4.2 1:107:stream-in-a-stream"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, el := range elements(t, row.text) {
				got = append(got, sketch(row.text, el))
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Where a stream's header leaves the content namespace to the stanzas, it is that of stanzas alone.
func TestAComponentsStreamMayLeaveItsNamespaceToItsStanzas(t *testing.T) {
	text := bare + "<iq xmlns='jabber:component:accept' type='result' id='1' from='a@b' to='c@d'/>"
	var last Element
	for el, err := range Read(strings.NewReader(text), stanza.ComponentScope()) {
		if err != nil {
			t.Fatal(err)
		}
		last = el
	}
	if last.Stanza.Kind() != stanza.IQ || len(last.Findings) > 0 {
		t.Errorf("it is of kind %d: %v", last.Stanza.Kind(), last.Findings)
	}
}

// A stream is often one long line: a place in it is found by the element that it is in.
func TestABrokenElementOfAStreamSaysWhereInItTheFaultIs(t *testing.T) {
	all := elements(t, stream+"<presence/> <iq type='get'\nid='1'><!-- --></iq>")
	want := `XMPP does not allow comments; at 2:8 of the element "iq", which begins at 1:119`
	if f := all[len(all)-1].Findings[0]; f.Text != want || f.Line != 2 || f.Column != 8 {
		t.Errorf("%d:%d: %s", f.Line, f.Column, f.Text)
	}
	all = elements(t, stream+"busy")
	if f := all[len(all)-1].Findings[0]; f.Text != "text stands between stanzas" {
		t.Errorf("%d:%d: %s", f.Line, f.Column, f.Text)
	}
}

func TestStanzasAloneStandInTheirScope(t *testing.T) {
	rules := map[string]string{}
	for name, scope := range map[string]stanza.Scope{"client": stanza.ClientScope(), "component": stanza.ComponentScope()} {
		for el, err := range Read(strings.NewReader("<iq type='result' id='1'/>"), scope) {
			if err != nil || el.Stanza.Kind() != stanza.IQ {
				t.Errorf("a %s's: %+v, %v", name, el, err)
			}
			for _, f := range el.Findings {
				rules[name] += f.Rule
			}
		}
	}
	if diff := cmp.Diff(map[string]string{"component": iqbuilder.RuleToComponent + iqbuilder.RuleFromComponent}, rules); diff != "" {
		t.Error(diff)
	}
}

func TestAReaderThatFailsEndsTheCapture(t *testing.T) {
	broken := errors.New("broken")
	n := 0
	for el, err := range Read(io.MultiReader(strings.NewReader(goodIQ), iotest.ErrReader(broken)), stanza.ClientScope()) {
		if n++; err != broken || el.Stanza != nil {
			t.Errorf("got %+v, %v", el, err)
		}
	}
	if n != 1 {
		t.Errorf("%d elements", n)
	}
}

func TestWhoeverHasEnoughGetsNoMore(t *testing.T) {
	for _, text := range []string{"<presence/><iq/><x", stream + "<iq/><iq/>" + stream + "<iq/>", stream + "<", " "} {
		all := len(elements(t, text))
		for enough := 1; enough <= all; enough++ {
			n := 0
			for range Read(strings.NewReader(text), stanza.ClientScope()) {
				if n++; n == enough {
					break // a sequence that goes on after this panics
				}
			}
		}
	}
}

// TestReadingTakesTimeInProportion would take many minutes if any of it were quadratic. The bound
// is that generous because the race detector on a busy machine has been seen to need half a minute.
func TestReadingTakesTimeInProportion(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const size = 2 << 20
	for name, part := range map[string]string{
		"stanzas": "<iq/>", "streams": stream, "declarations": "<?xml version='1.0'?>", "messages": "<message/>\n",
	} {
		began := time.Now()
		for range Read(strings.NewReader(strings.Repeat(part, size/len(part))), stanza.ClientScope()) {
		}
		if took := time.Since(began); took > 2*time.Minute {
			t.Errorf("%d bytes of %s took %v", size, name, took)
		}
	}
}

// TestPlacesAreThoseOfTheWholeText puts one IQ with a fault behind others.
func TestPlacesAreThoseOfTheWholeText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{"<presence/>", "\n", " ", "<message>é\n</message>", replyIQ, "\r\n"})).Draw(t, "before")
		before := strings.Join(parts, "")
		in := rapid.SampledFrom([]string{"", stream}).Draw(t, "in")
		text := in + before + "<iq type='result'/>" + strings.Join(parts, "")
		upTo := in + before + "<"
		line := strings.Count(upTo, "\n") + 1
		column := len([]rune(upTo[strings.LastIndex(upTo, "\n")+1:])) + 1
		var got []string
		end := 0
		for el, err := range Read(strings.NewReader(text), stanza.ClientScope()) {
			if err != nil {
				t.Fatal(err)
			}
			if el.Stanza.XML() != text[el.Pos:el.End] || strings.Trim(text[end:el.Pos], spaces) != "" {
				t.Fatalf("%q is said to be from %d to %d", el.Stanza.XML(), el.Pos, el.End)
			}
			end = el.End
			for _, f := range el.Findings {
				got = append(got, fmt.Sprintf("%d:%d:%s:%s", f.Line, f.Column, f.Rule, text[f.Pos:f.End]))
				if fixed := f.Fix.Apply(text); !strings.HasPrefix(fixed, text[:f.Pos]+"iq ") || !strings.HasSuffix(fixed, text[f.End:]) {
					t.Fatalf("the fix leaves %q", fixed)
				}
			}
		}
		want := []string{fmt.Sprintf("%d:%d:id-missing:iq", line, column)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if strings.Trim(text[end:], spaces) != "" {
			t.Fatalf("%q is no element", text[end:])
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{goodIQ, stream + goodIQ, stream + "\n<?xml version='1.0'?>" + stream + "<iq", "<iq/>é<", "\ufeff<iq/>", stream + "</stream:stream>x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, el := range elements(t, text) {
			if el.Pos < end || el.End < el.Pos || el.End > len(text) {
				t.Fatalf("an element from %d to %d of %d, behind one that ends at %d", el.Pos, el.End, len(text), end)
			}
			broken := el.Stanza.Kind() == stanza.Broken
			if !strings.HasPrefix(text[el.Pos:el.End], el.Stanza.XML()) || !broken && el.Stanza.XML() != text[el.Pos:el.End] {
				t.Errorf("%q is said to be %q", el.Stanza.XML(), text[el.Pos:el.End])
			}
			if broken && len(el.Findings) == 0 {
				t.Errorf("nothing is said of %q", text[el.Pos:el.End])
			}
			end = el.End
			for _, f := range el.Findings {
				if f.Line < 1 || f.Column < 1 || f.Pos < el.Pos || f.End < f.Pos || f.End > el.End || f.Text == "" || f.Section == "" {
					t.Errorf("%+v", f)
				}
				at := place{line: 1, column: 1}
				at.move(text, f.Pos)
				if at.line != f.Line || at.column != f.Column {
					t.Errorf("%d:%d is not where byte %d is, %d:%d", f.Line, f.Column, f.Pos, at.line, at.column)
				}
			}
		}
	})
}
