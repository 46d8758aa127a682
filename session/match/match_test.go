package match

// Where a test of this package says "row N", it is that row of docs/acceptance-rows.md.

import (
	"fmt"
	"io"
	"testing"
	"time"

	"iqscope/internal/xmlscan"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// testKeys are the basic ones, the page's own payload, and two that are in the
// way of an element's local name.
func testKeys() KeyMap {
	keys := BasicKeys()
	keys["custom_xep"] = Payload{
		Name:   stanza.Name{Space: "custom-xep", Local: "query"},
		Fields: map[string]stanza.Name{"mood": {Space: "custom-xep", Local: "mood"}, "muted": {Space: "custom-xep", Local: "muted"}},
		Lists: map[string]Payload{"entries": {
			Name:   stanza.Name{Space: "custom-xep", Local: "entry"},
			Fields: map[string]stanza.Name{"note": {Space: "custom-xep", Local: "note"}},
		}},
	}
	return keys
}

func subjectOf(t testing.TB, xml string) Subject {
	t.Helper()
	return NewSubject(Facts{Stanza: xmpptest.Stanza(t, xml), Dir: stanza.In})
}

func compile(t testing.TB, text string) *Expr {
	t.Helper()
	x, err := Compile(text, testKeys())
	if err != nil {
		t.Fatalf("%s is refused: %v", text, err)
	}
	return x
}

const (
	customGet = `<iq type='get' id='1' from='B@Host/R' to='me@host/x'><query xmlns='custom-xep' level='7' size='4100' wait='450ms' url='http://x/y?a=b'>` +
		`<mood>Merry &amp; bright</mood><entry n='1'><note>first</note></entry><entry n='2'><note>second</note></entry></query></iq>`
	customSet = `<iq type='set' id='2'><query xmlns='custom-xep'/></iq>`
	mutedSet  = `<iq type='set' id='3'><query xmlns='custom-xep' shown='true'><muted/></query></iq>`
	pingGet   = `<iq type='get' id='p' from='host'><ping xmlns='urn:xmpp:ping'/></iq>`
	otherPing = `<iq type='get' id='p'><ping xmlns='urn:other'/></iq>`
	items     = `<iq type='result' id='r' from='pubsub.host'><query xmlns='http://jabber.org/protocol/disco#items'>` +
		`<item jid='a@h' name='A'/><item jid='b@h' name='B'/></query></iq>`
	failed = `<iq type='error' id='e' from='b@host'><ping xmlns='urn:xmpp:ping'/><error type='cancel'>` +
		`<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><closed-node xmlns='http://jabber.org/protocol/pubsub#errors'/></error></iq>`
	message   = `<message from='b@host/r' type='chat' xml:lang='de'><body>Grüße, STRASSE &lt;3</body></message>`
	presence  = `<presence from='b@host/r'/>`
	away      = `<presence><show>xa</show><status>in the Sun</status><priority>-1</priority></presence>`
	hi        = `<message type='chat'><body>Hi</body><body xml:lang='de'>Hallo</body><thread>a"b'</thread></message>`
	forwarded = `<message><result xmlns='urn:xmpp:mam:2' id='a1'><forwarded xmlns='urn:xmpp:forward:0'>` +
		`<message xmlns='jabber:client' from='x@y'><body>old</body></message></forwarded></result></message>`
	ack      = `<a xmlns='urn:xmpp:sm:3' h='4'/>`
	features = `<features xmlns='http://etherx.jabber.org/streams'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></features>`
	twoKids  = `<iq type='set' id='k'><first xmlns='urn:1'/><query xmlns='custom-xep'/></iq>`
	badFrom  = `<iq type='get' id='b' from='@'/>`
	empty    = `<iq type='result' id=''/>`
	version  = `<iq type='result' id='v'><query xmlns='jabber:iq:version'><name>Prosody</name><version>0.12.3</version></query></iq>`
	rosterIQ = `<iq type='result' id='ro'><query xmlns='jabber:iq:roster'><item jid='a@h'><group>Friends</group></item>` +
		`<item jid='b@h'><group>Work</group><group>Family</group></item></query></iq>`
)

// fit says whether a path fits a stanza.
type fit struct {
	name, path, xml string
	want            bool
}

// testFits holds each path against its stanza, the reason given to the match, and
// the canonical text to the path.
func testFits(t *testing.T, row string, fits []fit) {
	for _, c := range fits {
		t.Run(row+": "+c.name, func(t *testing.T) {
			x := compile(t, c.path)
			s := subjectOf(t, c.xml)
			if got := x.Match(s); got != c.want {
				t.Errorf("%s on %s: %v, want %v", c.path, c.xml, got, c.want)
			}
			if why := x.Why(s); why.OK != c.want {
				t.Errorf("Why does not agree: %+v", why)
			}
			again := compile(t, x.String())
			if again.Match(s) != c.want || again.String() != x.String() {
				t.Errorf("the canonical text %s is read as %s", x, again)
			}
		})
	}
}

func TestThePathMatcher(t *testing.T) {
	testFits(t, "row 47", []fit{
		// Everything the page shows.
		{"iq/custom_xep fits a get", `iq/custom_xep`, customGet, true},
		{"iq/custom_xep fits a set", `iq/custom_xep`, customSet, true},
		{"iq/custom_xep fits no other payload", `iq/custom_xep`, pingGet, false},
		{"@type=get fits a get", `iq@type=get/custom_xep`, customGet, true},
		{"@type=get does not fit a set", `iq@type=get/custom_xep`, customSet, false},
		{"a payload that is not the first child", `iq/custom_xep`, twoKids, true},

		// path = ["/"] step *( ("/" / "//") step )
		// [ operator value ]: the text of an element.
		{"a text", `message/body="Hi"`, hi, true},
		{"a bare text", `message/body=Hi`, hi, true},
		{"another text", `message/body="Ho"`, hi, false},
		{"a text in other letters", `message/body=hi`, hi, false},
		{"a part of the text", `message/body~=I`, hi, true},
		{"not this text", `message/body!=Hi`, hi, true}, // that in German
		{"not this text, where there is none", `message/subject!=Hi`, hi, false},
		{"one of several", `message/body="Hallo"`, hi, true},
		{"text with references", `iq/custom_xep/mood="Merry & bright"`, customGet, true},
		{"text and fields", `message/body@xml:lang="de"="Hallo"`, hi, true},
		{"text and another one's field", `message/body@xml:lang="de"="Hi"`, hi, false},
		{"text at any depth", `*//note=second`, customGet, true},
		{"text that is a number", `presence/priority<0`, away, true},
		{"text that is a larger number", `presence/priority>-1`, away, false},
		{"text of children is not the element's", `iq/custom_xep/entry="first"`, customGet, false},
		{"no text", `iq/custom_xep=""`, customSet, true},
		{"text of the element itself", `{urn:xmpp:sm:3}a=""`, ack, true},
		{"another text of the element itself", `{urn:xmpp:sm:3}a=x`, ack, false},
		{"quotes of both kinds", `message/thread="a""b'"`, hi, true},
		{"quotes of both kinds, otherwise", `message/thread='a"b'''`, hi, true},

		// The fields of a message and a presence that are the text of a child.
		{"a presence's show", `presence@show=xa`, away, true},
		{"another show", `presence@show=dnd`, away, false},
		{"a presence without one", `presence@show`, presence, false},
		{"a presence's status", `presence@status~="sun"`, away, true},
		{"a presence's priority", `presence@priority<0`, away, true},
		{"a message's body", `message@body=Hallo`, hi, true},
		{"a message's thread", `message@thread`, hi, true},
		{"a message's subject", `message@subject`, hi, false},
		{"a body of somebody else's", `message@body`, `<message><body xmlns='u'>x</body></message>`, false},
		{"a message has no show", `message@show`, `<message><show>xa</show></message>`, false},
		{"an attribute all the same", `message@type=chat@body=Hi`, hi, true},

		// notation
		{"an XPath", `iq and xpath("//entry[@n='2']")`, customGet, true},
		{"an XPath that does not fit", `xpath("//entry[@n='3']")`, customGet, false},
		{"an XPath with doubled quotes", `xpath("//entry[@n=""2""]")`, customGet, true},
		{"a mask", `mask("<iq type='get'/>")`, customGet, true},
		{"not a mask", `not mask( '<iq type="get"/>' )`, customGet, false},
		{"an element of that name", `message/mask or xpath`, customGet, false},
		{"a leading slash means nothing", `/iq/custom_xep`, customGet, true},
		{"three steps", `iq/custom_xep/mood`, customGet, true},
		{"a slash is one level", `iq/mood`, customGet, false},
		{"two slashes are any depth", `iq//note`, customGet, true},
		{"two slashes are one level too", `iq//custom_xep`, customGet, true},
		{"two slashes do not mean the element itself", `message//message/body`, message, false},
		{"two slashes in the middle", `message/{urn:xmpp:mam:2}result//body`, forwarded, true},
		{"two slashes twice", `*//query//note`, customGet, true},
		{"a stanza within a stanza", `message//message@from="x@y"`, forwarded, true},

		// The first step.
		{"iq is no message", `iq`, message, false},
		{"message", `message`, message, true},
		{"presence", `presence`, presence, true},
		{"* is a stanza", `*`, presence, true},
		{"* is any element of the stream", `*`, ack, true},
		{"a key alone is any stanza that carries it", `custom_xep`, customGet, true},
		{"a key alone is a child, no deeper", `bind`, `<iq><x xmlns='u'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></x></iq>`, false},
		{"a key alone in features", `bind`, features, true},
		{"a key alone with a predicate of its own", `custom_xep@level=7`, customGet, true},
		{"a key alone with steps behind it", `custom_xep/entry@n=2`, customGet, true},
		{"a key alone that is not there", `custom_xep`, pingGet, false},
		{"a stream-level element", `features`, features, true},
		{"an ack by its local name", `a`, ack, true},
		{"another ack", `r`, ack, false},
		{"an ack by its full name", `{urn:xmpp:sm:3}a@h=4`, ack, true},
		{"an ack of another namespace", `{urn:xmpp:sm:2}a`, ack, false},
		{"a full name as the first step is the stanza", `{jabber:client}iq/ping`, pingGet, true},
		{"a full name as the first step is carried", `{urn:xmpp:ping}ping`, pingGet, true},
		{"{*}iq is a local name", `{*}iq`, pingGet, true},

		// step = [ "{" ns "}" ] ( name / "*" )
		{"a key's namespace counts", `iq/ping`, otherPing, false},
		{"{*} forces the local name", `iq/{*}ping`, otherPing, true},
		{"a local name in any namespace", `iq/first`, twoKids, true},
		{"a full name", `iq/{urn:other}ping`, otherPing, true},
		{"a full name of another namespace", `iq/{urn:other}ping`, pingGet, false},
		{"a star", `iq/*/mood`, customGet, true},
		{"a star in a namespace", `iq/{custom-xep}*`, customGet, true},
		{"a star in another namespace", `iq/{urn:other}*`, customGet, false},
		{"a star needs an element", `iq/*`, badFrom, false},
		{"an error is a child", `iq/error`, failed, true},
		{"an application condition", `iq/error/closed-node`, failed, true},
		{"a reserved word with a namespace", `iq/{*}and`, `<iq><and/></iq>`, true},
		{"a name that begins with a reserved word", `iq/order`, `<iq><order/></iq>`, true},

		// List keys: any item that fits is enough.
		{"a list key", `iq/disco_items/items@name=B`, items, true},
		{"a list key, no item", `iq/disco_items/items@name=C`, items, false},
		{"a list key with the child text of an item", `iq/custom_xep/entries@note=second`, customGet, true},
		{"the element's name does as well", `iq/disco_items/item@name=A`, items, true},
		{"predicates hold for one item together", `iq/disco_items/item@name=A@jid="b@h"`, items, false},
		{"one of several values", `iq/roster/items@group=Family`, rosterIQ, true},
		{"a list key of another payload is a local name", `iq/ping/items`, items, false},

		// predicate = "@" field [ operator value ]
		{"a field that is there", `iq/custom_xep@level`, customGet, true},
		{"a field that is not there", `iq/custom_xep@node`, customGet, false},
		{"a declared field that is there", `iq/custom_xep@mood`, customGet, true},
		{"a declared field's text", `iq/custom_xep@mood="Merry & bright"`, customGet, true},
		{"a declared field of a basic payload", `iq/version@name=Prosody`, version, true},
		{"a flag that is there", `iq/custom_xep@muted`, mutedSet, true},
		{"a flag that is not there", `iq/custom_xep@muted`, customGet, false},
		{"not a flag", `iq/custom_xep and not iq/custom_xep@muted`, customGet, true},
		{"child text is known behind the key alone", `iq/{custom-xep}query@mood`, customGet, false},
		{"list items are known behind the key alone", `iq/{custom-xep}query/entries`, customGet, false},
		{"a child that is not declared is no field", `iq/custom_xep@entry`, customGet, false},
		{"!= fits another value", `iq/custom_xep@level!=8`, customGet, true},
		{"!= does not fit the value", `iq/custom_xep@level!=7`, customGet, false},
		{"!= needs the field to be there", `iq/custom_xep@node!=8`, customGet, false},
		{"~= whatever the case", `iq/custom_xep@mood~=MERRY`, customGet, true},
		{"~= is a part", `iq/custom_xep@mood~=sad`, customGet, false},
		{"< on a number", `iq/custom_xep@level<7.5`, customGet, true},
		{"< is not equal", `iq/custom_xep@level<7`, customGet, false},
		{"> on a number", `iq/custom_xep@level>-1`, customGet, true},
		{"> on a size", `iq/custom_xep@size>4k`, customGet, true},
		{"4k is 4096", `iq/custom_xep@size<4k`, customGet, false},
		{"< on a duration", `iq/custom_xep@wait<500ms`, customGet, true},
		{"> on a duration", `iq/custom_xep@wait>0.5s`, customGet, false},
		{"a duration is no number", `iq/custom_xep@wait<500`, customGet, false},
		{"a text is no number", `iq/custom_xep@url<500`, customGet, false},
		{"several predicates", `iq@type=get@id=1/custom_xep@level=7@size=4100`, customGet, true},
		{"several predicates, one wrong", `iq@type=get@id=2/custom_xep`, customGet, false},
		{"an attribute of the stanza", `message@xml:lang=de`, message, true},
	})
}

func TestPredicateValues(t *testing.T) {
	testFits(t, "row 48", []fit{
		// value
		{"double quotes", `iq/custom_xep@url="http://x/y?a=b"`, customGet, true},
		{"single quotes", `iq/custom_xep@url='http://x/y?a=b'`, customGet, true},
		{"quotes within the other quotes", `iq@id='"'`, `<iq id='"'/>`, true},
		{"a colon at the end, in quotes", `iq/custom_xep@url!="http:"//note`, customGet, true},
		{"a bool", `iq/custom_xep@shown=true`, mutedSet, true},
		{"another bool", `iq/custom_xep@shown=false`, mutedSet, false},
		{"not a bool", `iq/custom_xep@shown!=false`, mutedSet, true},
		{"an address as an item's value", `iq/disco_items/items@jid="b@h"`, items, true},
		{"an empty value", `iq@id=""`, empty, true},
		{"a reserved word as a value", `iq@id=not`, `<iq id='not'/>`, true},
		{"white space in quotes", `*@id=" "`, `<iq id=' '/>`, true},

		// The stanza's own fields.
		{"type", `iq@type=result`, items, true},
		{"id is there, though empty", `iq@id`, empty, true},
		{"id is not there", `message@id`, message, false},
		{"from is there, though no address", `iq@from`, badFrom, true},
		{"from is not there", `iq@from`, customSet, false},
		{"to", `iq@to="me@host/x"`, customGet, true},
		{"dir in", `iq@dir=in`, customGet, true},
		{"dir out", `iq@dir=out`, customGet, false},
		{"no verdict", `iq@verdict`, customGet, false},
		{"bytes by number", `*@bytes<40`, presence, true},
		{"bytes by size", `*@bytes<1k`, customGet, true},
		{"bytes greater", `*@bytes>1M`, customGet, false},
		{"bytes exactly", `*@bytes=27`, presence, true},
		{"bytes not exactly", `*@bytes!=27`, presence, false},
		{"no rtt", `iq@rtt>0s`, customGet, false},
		{"error is there", `iq@error`, failed, true},
		{"error is not there", `iq@error`, pingGet, false},
		{"error by condition", `iq@error=service-unavailable`, failed, true},
		{"error by another condition", `iq@error=item-not-found`, failed, false},
		{"error by another condition than", `iq@error!=item-not-found`, failed, true},
		{"error by a part of the condition", `iq@error~=unavail`, failed, true},
		{"an error without condition is there", `iq@error`, `<iq type='error'><error/></iq>`, true},
		{"an error without condition has none", `iq@error=""`, `<iq type='error'><error/></iq>`, true},
		{"a result has no error", `iq@error`, `<iq type='result'><error/></iq>`, false},
		{"an own field is an attribute further on", `iq/x@bytes=many@dir=up`, `<iq><x xmlns='u' bytes='many' dir='up'/></iq>`, true},

		// Addresses compare prepared.
		{"from, prepared", `iq@from="b@host/R"`, customGet, true},
		{"the pattern is prepared too", `iq@from="B@HOST./R"`, customGet, true},
		{"a resource keeps its case", `iq@from="b@host/r"`, customGet, false},
		{"from is the whole address", `iq@from="b@host"`, customGet, false},
		{"a domain needs no quotes", `iq@from=host`, pingGet, true},
		{"a domain without quotes and another field", `iq@from=host@type=get`, pingGet, true},
		{"an address in quotes and a field that is there", `iq@from="host"@id`, pingGet, true},
		{"from.bare", `iq@from.bare="b@host"`, customGet, true},
		{"from.bare of another", `iq@from.bare="c@host"`, customGet, false},
		{"from.domain", `iq@from.domain=HOST`, customGet, true},
		{"from.domain is exact", `iq@from.domain=host`, items, false},
		{"to.bare", `iq@to.bare="me@host"`, customGet, true},
		{"to.domain", `iq@to.domain!=other`, customGet, true},
		{"what is no address differs from any", `iq@from!="b@host"`, badFrom, true},
		{"what is no address equals none", `iq@from=host`, badFrom, false},
		{"what is no address has no bare one", `iq@from.bare`, badFrom, false},
		{"nor one that differs", `iq@from.bare!=host`, badFrom, false},
		{"from contains", `iq@from~=HOST`, customGet, true},
		{"from.domain contains", `iq@from.domain~=b`, customGet, false},
		{"no from", `iq@from!=host`, customSet, false},
	})
}

// TestComparisonsAtTheirBound holds each operator against the amount itself, one less and one more.
func TestComparisonsAtTheirBound(t *testing.T) {
	facts := Facts{Stanza: xmpptest.Stanza(t, `<iq><x xmlns='u' n='10' size='1k' neg='-1' d='1m'/></iq>`), RTT: 12 * time.Millisecond}
	bytes := len(facts.Stanza.XML())
	s := NewSubject(facts)
	for _, field := range []struct {
		name   string
		bounds []string // one less than what is there, that, and one more
	}{
		{"*@bytes", []string{fmt.Sprint(bytes - 1), fmt.Sprint(bytes), fmt.Sprint(bytes + 1)}},
		{"*@rtt", []string{"11ms", "12ms", "13ms"}},
		{"iq/x@n", []string{"9", "10", "11"}},
		{"iq/x@size", []string{"1023", "1024", "1025"}},
		{"iq/x@neg", []string{"-2", "-1", "0"}},
		{"iq/x@d", []string{"59s", "60s", "61s"}},
	} {
		for i, bound := range field.bounds {
			for op, want := range map[string]bool{">": i == 0, "<": i == 2} {
				if text := field.name + op + bound; compile(t, text).Match(s) != want {
					t.Errorf("%s: %v, want %v", text, !want, want)
				}
			}
		}
	}
}

func TestAndOrNotAndText(t *testing.T) {
	testFits(t, "row 52", []fit{
		// expr and term
		{"and, both", `iq and custom_xep`, customGet, true},
		{"and, one", `iq and custom_xep`, pingGet, false},
		{"or, one", `ping or custom_xep`, pingGet, true},
		{"or, none", `ping or custom_xep`, items, false},
		{"not", `not ping`, items, true},
		{"not, though", `not ping`, pingGet, false},
		{"and binds closer than or, left", `message or iq and ping`, message, true},
		{"and binds closer than or, right", `iq and ping or message`, message, true},
		{"parentheses bind closest", `(message or iq) and ping`, message, false},
		{"not binds closest", `not iq and message`, message, true},
		{"not before parentheses", `not(iq or message)`, message, false},
		{"not within parentheses", `not (not iq)`, pingGet, true},
		{"the screen's example", `iq and not iq/ping`, pingGet, false},
		{"text", `~"MERRY"`, customGet, true},
		{"text in a tag", `~"custom-xep"`, customSet, true},
		{"text in references", `~'merry & bright'`, customGet, true},
		{"text in references is found as written too", `~"&AMP;"`, customGet, true},
		{"text in an attribute", `~"http://x"`, customGet, true},
		{"text beyond ASCII", `~"GRÜSSE" or ~"grüße, str"`, message, true},
		{"text that is not there", `~"missing"`, customGet, false},
		{"text in CDATA", `~"a<b"`, `<iq><x><![CDATA[a<b]]></x></iq>`, true},
		{"text and a path", `iq and ~"merry" and not ~"sad"`, customGet, true},
		{"white space everywhere it may be", " \t( iq  and\n not ping )\r", customGet, true},
	})
}

func TestFieldsOfTheJourney(t *testing.T) {
	s := NewSubject(Facts{
		Stanza: xmpptest.Stanza(t, pingGet), Dir: stanza.Out, Verdict: stanza.VerdictLate,
		Outcome: stanza.OutcomeTimeout, RTT: 12 * time.Millisecond, Note: "late by 1.04 s",
	})
	for text, want := range map[string]bool{
		`iq@dir=out`: true, `*@dir!=in`: true, `*@dir~=OU`: true, `iq@dir=in`: false,
		`*@verdict`: true, `*@verdict=late`: true, `*@verdict!=late`: false, `*@verdict=reply`: false,
		`*@outcome=timeout`: true, `*@outcome=error or *@outcome=timeout`: true, `*@outcome=result`: false,
		`*@rtt`: true, `*@rtt>10ms`: true, `*@rtt<10ms`: false, `*@rtt=12ms`: true, `*@rtt<1s`: true,
		`~"LATE BY"`: true, `ping@dir=out`: false,
	} {
		if got := compile(t, text).Match(s); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestANoteIsNoStanza(t *testing.T) {
	note := NewSubject(Facts{Note: "connected to host"})
	for text, want := range map[string]bool{`*`: false, `not *`: true, `~"Connected"`: true, `~"other"`: false, `iq//x`: false} {
		x := compile(t, text)
		if x.Match(note) != want || x.Why(note).OK != want {
			t.Errorf("%s: %v, want %v", text, x.Match(note), want)
		}
	}
	for _, x := range []*Expr{mustMask(t, `<iq/>`), mustXPath(t, `//x`)} {
		if x.Match(note) || x.Why(note).OK {
			t.Errorf("%s fits a note", x)
		}
	}
}

func TestAStreamsOwnTagIsAnElementWithoutTree(t *testing.T) {
	sc := xmlscan.New(xmlscan.Limits{ElementDepth: 2}, xmlscan.Scope{})
	io.WriteString(sc, `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`)
	open, err := stanza.NewReader(sc).Next()
	if err != nil {
		t.Fatal(err)
	}
	s := NewSubject(Facts{Stanza: open, Dir: stanza.In})
	for text, want := range map[string]bool{`*`: true, `stream`: true, `stream@version`: false, `iq`: false, `*//x`: false, `*@dir=in`: true} {
		x := compile(t, text)
		if x.Match(s) != want || x.Why(s).OK != want {
			t.Errorf("%s: %v, want %v", text, x.Match(s), want)
		}
	}
}

func TestEveryPathKnowsTheBasicKeys(t *testing.T) {
	ping := subjectOf(t, `<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>`)
	other := subjectOf(t, otherPing)
	for name, row := range map[string]struct {
		keys        Keys
		ping, other bool
	}{
		"no keys":         {nil, true, false},
		"no map":          {KeyMap(nil), true, false},
		"other keys":      {KeyMap{"custom_xep": {Name: stanza.Name{Space: "custom-xep", Local: "query"}}}, true, false},
		"one of the name": {KeyMap{"ping": {Name: stanza.Name{Space: "urn:example:ping", Local: "ping"}}}, false, false},
	} {
		x, err := Compile(`iq/ping`, row.keys)
		if err != nil {
			t.Fatal(err)
		}
		if x.Match(ping) != row.ping || x.Match(other) != row.other {
			t.Errorf("with %s, iq/ping fits a ping: %v, another element of the name: %v", name, x.Match(ping), x.Match(other))
		}
	}
}

func TestTheMatchersByName(t *testing.T) {
	b, other, me := xmpptest.JID(t, "b@host/R"), xmpptest.JID(t, "c@elsewhere"), xmpptest.JID(t, "me@host/x")
	query := stanza.Name{Space: "custom-xep", Local: "query"}
	for _, c := range []struct {
		x    *Expr
		want bool
		text string
	}{
		{Dir(stanza.In), true, `*@dir=in`},
		{Dir(stanza.Out), false, `*@dir=out`},
		{ID("1"), true, `*@id=1`},
		{ID("2"), false, `*@id=2`},
		{ID(`a b"`), false, `*@id='a b"'`},
		{IDFrom("1", b), true, `*@id=1@from="b@host/R"`},
		{IDFrom("1", other), false, `*@id=1@from="c@elsewhere"`},
		{Type(stanza.Get), true, `iq@type=get`},
		{Type(stanza.Set), false, `iq@type=set`},
		{From(b), true, `*@from="b@host/R"`},
		{From(b.Bare()), false, `*@from="b@host"`},
		{FromBare(b), true, `*@from.bare="b@host"`},
		{FromDomain(b), true, `*@from.domain="host"`},
		{FromDomain(other), false, `*@from.domain="elsewhere"`},
		{To(me), true, `*@to="me@host/x"`},
		{ToBare(me), true, `*@to.bare="me@host"`},
		{ToDomain(other), false, `*@to.domain="elsewhere"`},
		{PayloadName(query), true, `*/{custom-xep}query`},
		{PayloadName(stanza.Name{Local: "query"}), false, `*/{}query`},
		{And(), true, `* or not *`},
		{Or(), false, `* and not *`},
		{And(Type(stanza.Get), ID("1")), true, `iq@type=get and *@id=1`},
		{And(And(Type(stanza.Get), ID("1")), ID("2")), false, `iq@type=get and *@id=1 and *@id=2`},
		{Or(ID("2"), Or(ID("3"), ID("1"))), true, `*@id=2 or *@id=3 or *@id=1`},
		{And(Or(ID("2"), ID("1")), ID("1")), true, `(*@id=2 or *@id=1) and *@id=1`},
		{Not(ID("1")), false, `not *@id=1`},
		{Not(Not(ID("1"))), true, `not (not *@id=1)`},
		{Not(And(ID("1"), ID("2"))), true, `not (*@id=1 and *@id=2)`},
	} {
		t.Run("row 46: "+c.text, func(t *testing.T) {
			s := subjectOf(t, customGet)
			if c.x.String() != c.text {
				t.Errorf("its text is %s, want %s", c.x, c.text)
			}
			again := compile(t, c.x.String())
			if c.x.Match(s) != c.want || again.Match(s) != c.want || again.String() != c.text {
				t.Errorf("%v, want %v; read again as %s", c.x.Match(s), c.want, again)
			}
		})
	}
}

func TestAFieldIsInTheNamespaceOfItsStream(t *testing.T) {
	s := NewSubject(Facts{Stanza: xmpptest.StanzaIn(t, stanza.ComponentScope(), away)})
	if !compile(t, `presence@show=xa`).Match(s) {
		t.Error("a component's presence has no show")
	}
	if why := compile(t, `presence@show=dnd`).Why(s); why.Words != `@show is "xa"` {
		t.Errorf("it says %s", why.Words)
	}
}

func TestQuotesAreWrittenTwiceOnlyWhereTheyMust(t *testing.T) {
	for text, want := range map[string]string{
		`*@a='x"y'`:     `*@a='x"y'`,
		`*@a="x""y"`:    `*@a='x"y'`,
		`*@a='x"y''z'`:  `*@a="x""y'z"`,
		`xpath('//a')`:  `xpath("//a")`,
		`~'say ""it""'`: `~'say ""it""'`,
	} {
		if got := compile(t, text).String(); got != want {
			t.Errorf("%s is written %s, want %s", text, got, want)
		}
	}
}

func TestMustCompileIsForTextsThatAreRight(t *testing.T) {
	if x := MustCompile(`iq/custom_xep`, testKeys()); !x.Match(subjectOf(t, customGet)) {
		t.Error("it does not match")
	}
	defer func() {
		if r := recover(); r != "match: iq@type=: column 9: a value is missing behind =; an empty one is written \"\"" {
			t.Errorf("it panics with %v", r)
		}
	}()
	MustCompile(`iq@type=`, nil)
}
