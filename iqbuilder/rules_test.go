package iqbuilder

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
)

var update = flag.Bool("update", false, "write testdata/rules.txt anew")

const nsStanzas = " xmlns='" + stanza.NSStanzas + "'"

// failed is an IQ whose <error/> has the given attributes and content.
func failed(attrs, content string) string {
	return "<iq type='error' id='1'><error" + attrs + ">" + content + "</error></iq>"
}

// roster is an IQ that carries a roster of the given content.
func roster(typ, content string) string {
	return "<iq type='" + typ + "' id='1'><query xmlns='jabber:iq:roster'>" + content + "</query></iq>"
}

// broken has a text for each rule, with the severity that it has.
var broken = []struct {
	rule, name, text string
	severity         Severity
	component        bool
}{
	{RuleOneElement, "white space alone", "  ", Fatal, false},
	{RuleOneElement, "a declaration", "<?xml version='1.0'?><iq/>", Fatal, false},
	{"mismatched-tag", "not well-formed", "<iq><a></iq>", Fatal, false},
	{"comment", "what XMPP forbids", "<iq><!-- --></iq>", Fatal, false},
	{"unbound-prefix", "a prefix of nothing", "<iq><p:a/></iq>", Fatal, false},
	{"invalid-utf8", "no UTF-8", "<iq>\xff</iq>", Fatal, false},
	{RuleNotIQ, "a message", "<message/>", Fatal, false},
	{RuleIQNamespace, "a server's", "<iq xmlns='jabber:server'/>", Fatal, false},
	{RuleIQNamespace, "a client's on a component's stream", "<iq xmlns='jabber:client'/>", Fatal, true},
	{RuleIQNamespace, "a prefix", "<x:iq xmlns:x='y'/>", Fatal, false},
	{RuleIQPrefix, "a prefix of the right one", "<c:iq xmlns:c='jabber:client' type='result' id='1'/>", Hint, false},
	{RuleSize, "10,001 bytes", "<iq type='result' id='" + strings.Repeat("x", 9976) + "'/>", Hint, false},

	{RuleTypeMissing, "of a request", "<iq id='1'><query xmlns='x'/></iq>", Fatal, false},
	{RuleTypeMissing, "of nothing", "<iq id='1'/>", Fatal, false},
	{RuleTypeUnknown, "a slip", "<iq type='gte' id='1'><query xmlns='x'/></iq>", Fatal, false},
	{RuleTypeUnknown, "a part", "<iq type='err' id='1'><error type='cancel'><gone" + nsStanzas + "/></error></iq>", Fatal, false},
	{RuleTypeUnknown, "upper case", "<iq type='SET' id='1'><query xmlns='x'/></iq>", Fatal, false},
	{RuleTypeUnknown, "something else, of what has an error", "<iq type='normal' id='1'><error type='cancel'><gone" + nsStanzas + "/></error></iq>", Fatal, false},
	{RuleTypeUnknown, "empty", "<iq type='' id='1'><query xmlns='x'/></iq>", Fatal, false},
	{RuleIDMissing, "", "<iq type='result'/>", Fatal, false},
	{RuleIDEmpty, "", "<iq type='result' id=''/>", Warning, false},
	{RuleToAddress, "white space in it", "<iq type='result' id='1' to='a b@c'/>", Fatal, false},
	{RuleToAddress, "white space around it", "<iq type='result' id='1' to=' a@b '/>", Fatal, false},
	{RuleToAddress, "a URI", "<iq type='result' id='1' to='xmpp:a@b'/>", Fatal, false},
	{RuleToAddress, "empty", "<iq type='result' id='1' to=''/>", Fatal, false},
	{RuleDomainName, "an underscore", "<iq type='result' id='1' to='a@my_host'/>", Warning, false},
	{RuleDomainName, "of a contact", roster("result", "<item jid='a@my_host'/>"), Warning, false},
	{RuleDomainName, "a long label", "<iq type='result' id='1' to='" + strings.Repeat("a", 64) + ".example'/>", Warning, false},
	{RuleDomainName, "a label that is long in ASCII", "<iq type='result' id='1' to='" + strings.Repeat("ü", 60) + ".example'/>", Warning, false},
	{RuleToComponent, "", "<iq type='result' id='1' from='bots.example'/>", Warning, true},
	{RuleFromAddress, "", "<iq type='result' id='1' from='@'/>", Fatal, false},
	{RuleFromClient, "", "<iq type='result' id='1' from='juliet@capulet.example'/>", Hint, false},
	{RuleFromForeign, "a client's", "<iq type='result' id='1' from='romeo@montague.example'/>", Warning, false},
	{RuleFromForeign, "another resource", "<iq type='result' id='1' from='juliet@capulet.example/garden'/>", Warning, false},
	{RuleFromForeign, "a component's", "<iq type='result' id='1' to='a@b' from='echo@montague.example'/>", Warning, true},
	{RuleFromComponent, "", "<iq type='result' id='1' to='a@b'/>", Warning, true},
	{RuleAttribute, "a slip", "<iq type='result' id='1' form='a@b'/>", Hint, false},
	{RuleAttribute, "a slip of what is there", "<iq type='result' id='1' Type='get'/>", Hint, false},
	{RuleAttribute, "a language without xml:", "<iq type='result' id='1' lang='en'/>", Hint, false},
	{RuleAttribute, "unheard of", "<iq type='result' id='1' priority='high'/>", Hint, false},
	{RuleLanguage, "an underscore", "<iq type='result' id='1' xml:lang='en_GB'/>", Warning, false},
	{RuleLanguage, "none", "<iq type='result' id='1' xml:lang=''/>", Warning, false},

	{RulePayloadMissing, "", "<iq type='get' id='1'/>", Fatal, false},
	{RulePayloadMany, "", "<iq type='get' id='1'><a xmlns='x'/><b xmlns='x'/></iq>", Fatal, false},
	{RulePayloadNamespace, "inherited", "<iq type='get' id='1'><query/></iq>", Warning, false},
	{RulePayloadNamespace, "inherited, with one that is known", "<iq type='get' id='1'><ping></ping></iq>", Warning, false},
	{RulePayloadNamespace, "inherited, with none that is known", "<iq type='get' id='1'><frobnicate/></iq>", Warning, false},
	{RulePayloadNamespace, "inherited by a prefix", "<iq type='get' id='1' xmlns:c='jabber:client'><c:ping/></iq>", Warning, false},
	{RulePayloadNamespace, "none", "<iq type='get' id='1'><time xmlns=''/></iq>", Warning, false},
	{RulePayloadNamespace, "a client's on a component's stream", "<iq type='get' id='1' to='a@b' from='bots.example'><ping xmlns='jabber:client'/></iq>", Warning, true},
	{RuleErrorMissing, "", "<iq type='error' id='1'/>", Fatal, false},
	{RuleErrorNamespace, "", "<iq type='error' id='1'><error xmlns='" + stanza.NSStanzas + "' type='cancel'/></iq>", Fatal, false},
	{RuleErrorNamespace, "a client's on a component's stream", "<iq type='error' id='1' to='a@b' from='bots.example'><error xmlns='jabber:client'/></iq>", Fatal, true},
	{RuleErrorMany, "", "<iq type='error' id='1'><error type='cancel'><gone" + nsStanzas + "/></error><error/></iq>", Fatal, false},
	{RuleErrorUnexpected, "in a get", "<iq type='get' id='1'><a xmlns='x'/><error/></iq>", Fatal, false},
	{RuleErrorUnexpected, "in a result", "<iq type='result' id='1'><error/></iq>", Fatal, false},
	{RuleText, "", "<iq type='get' id='1'> hello <a xmlns='x'/></iq>", Warning, false},
	{RuleText, "CDATA", "<iq type='get' id='1'><a xmlns='x'/><![CDATA[hello]]></iq>", Warning, false},

	{RuleErrorTypeMissing, "", failed("", "<forbidden"+nsStanzas+"/>"), Warning, false},
	{RuleErrorTypeUnknown, "a slip", failed(" type='canel'", "<forbidden"+nsStanzas+"/>"), Warning, false},
	{RuleErrorTypeUnknown, "something else", failed(" type='fatal'", "<forbidden"+nsStanzas+"/>"), Warning, false},
	{RuleErrorTypeUnusual, "", failed(" type='wait'", "<item-not-found"+nsStanzas+"/>"), Hint, false},
	{RuleErrorBy, "", failed(" type='cancel' by='a b@c'", "<gone"+nsStanzas+"/>"), Warning, false},
	{RuleErrorAttribute, "the code of old", failed(" type='cancel' code='404'", "<gone"+nsStanzas+"/>"), Hint, false},
	{RuleErrorAttribute, "a slip", failed(" Type='cancel'", "<gone"+nsStanzas+"/>"), Hint, false},
	{RuleConditionMissing, "", failed(" type='cancel'", ""), Warning, false},
	{RuleConditionMissing, "beside an application-specific one", failed(" type='cancel'", "<closed-node xmlns='http://jabber.org/protocol/pubsub#errors'/>"), Warning, false},
	{RuleConditionUnknown, "a slip", failed(" type='cancel'", "<item_not_found"+nsStanzas+"></item_not_found >"), Warning, false},
	{RuleConditionUnknown, "a slip with a prefix", failed(" type='cancel'", "<p:not-found xmlns:p='"+stanza.NSStanzas+"'/>"), Warning, false},
	{RuleConditionUnknown, "something else", failed(" type='cancel'", "<teapot"+nsStanzas+"/>"), Warning, false},
	{RuleConditionMany, "", failed(" type='cancel'", "<conflict"+nsStanzas+"/><gone"+nsStanzas+"/>"), Warning, false},
	{RuleConditionNamespace, "inherited", failed(" type='cancel'", "<conflict/>"), Warning, false},
	{RuleConditionNamespace, "that of stream errors", failed(" type='cancel'", "<conflict xmlns='"+stanza.NSStreams+"'/>"), Warning, false},
	{RuleConditionNamespace, "of the text", failed(" type='cancel'", "<conflict"+nsStanzas+"/><text>no</text>"), Warning, false},
	{RuleConditionContent, "text", failed(" type='cancel'", "<conflict"+nsStanzas+">taken</conflict>"), Warning, false},
	{RuleConditionContent, "an address that is no URI", failed(" type='modify'", "<redirect"+nsStanzas+">romeo@example.net</redirect>"), Warning, false},
	{RuleConditionContent, "an element", failed(" type='cancel'", "<conflict"+nsStanzas+"><taken xmlns='x'/></conflict>"), Warning, false},
	{RuleApplicationMany, "", failed(" type='cancel'", "<conflict"+nsStanzas+"/><a xmlns='x'/><b xmlns='x'/>"), Warning, false},
	{RuleApplicationNamespace, "", failed(" type='cancel'", "<conflict"+nsStanzas+"/><taken/>"), Warning, false},
	{RuleErrorTextMany, "", failed(" type='cancel'", "<conflict"+nsStanzas+"/><text"+nsStanzas+" xml:lang='en'>a</text><text"+nsStanzas+" xml:lang='de'>b</text>"), Hint, false},
	{RuleErrorTextLanguage, "", failed(" type='cancel'", "<conflict"+nsStanzas+"/><text"+nsStanzas+">a</text>"), Hint, false},
	{RuleErrorText, "", failed(" type='cancel'", "<conflict"+nsStanzas+"/>The name &amp; is taken"), Warning, false},
	{RulePayloadElement, "a query that is a ping", "<iq type='get' id='1'><query xmlns='urn:xmpp:ping'/></iq>", Warning, false},
	{RulePayloadElement, "one of several", "<iq type='set' id='1'><query xmlns='urn:xmpp:blocking'><a/></query></iq>", Warning, false},
	{RulePayloadType, "a ping as a set", "<iq type='set' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", Warning, false},
	{RulePayloadType, "binding as a get", "<iq type='get' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", Warning, false},
	{RuleNamespaceMisspelt, "letters in each other's place", "<iq type='get' id='1'><ping xmlns='urn:xmpp:pnig'/></iq>", Warning, false},
	{RuleNamespaceMisspelt, "a fragment left out", "<iq type='get' id='1'><query xmlns='http://jabber.org/protocol/discoinfo'/></iq>", Warning, false},
	{RuleNamespaceMisspelt, "a slash too many", "<iq type='get' id='1'><vCard xmlns='vcard-temp/'/></iq>", Warning, false},
	{RuleXmlnsMisspelt, "on the payload", "<iq type='set' id='1'><enable xlmns='urn:xmpp:push:0'/></iq>", Warning, false},
	{RuleXmlnsMisspelt, "further down", "<iq type='set' id='1'><a xmlns='u'><b><c xmnls = \"urn:x\"/></b></a></iq>", Warning, false},
	{RuleFormType, "submitted", "<iq type='set' id='1'><query xmlns='jabber:iq:search'><x xmlns='jabber:x:data'/></query></iq>", Warning, false},
	{RuleFormType, "returned", "<iq type='result' id='1'><query xmlns='jabber:iq:search'><x xmlns='jabber:x:data'/></query></iq>", Warning, false},
	{RuleAddressMissing, "redirect", failed(" type='modify'", "<redirect"+nsStanzas+"/>"), Warning, false},
	{RuleAddressMissing, "gone", failed(" type='cancel'", "<gone"+nsStanzas+"> </gone>"), Hint, false},
	{RuleApplicationMissing, "", failed(" type='cancel'", "<undefined-condition"+nsStanzas+"/>"), Hint, false},
	{RuleRosterItems, "a get of one", roster("get", "<item jid='a@b'/>"), Warning, false},
	{RuleRosterItems, "a set of none", roster("set", ""), Fatal, false},
	{RuleRosterItems, "a set of two", roster("set", "<item jid='a@b'/><item jid='c@b'/>"), Fatal, false},
	{RuleRosterAddress, "none", roster("set", "<item/>"), Fatal, false},
	{RuleRosterAddress, "no JID", roster("set", "<item jid='@'/>"), Fatal, false},
	{RuleRosterTwice, "a contact", roster("result", "<item jid='a@b'/><item jid='A@b'/>"), Warning, false},
	{RuleRosterTwice, "a group", roster("set", "<item jid='a@b'><group>x</group><group>x</group></item>"), Warning, false},
	{RuleRosterSubscription, "the server's to decide", roster("set", "<item jid='a@b' subscription='both'/>"), Warning, false},
	{RuleRosterSubscription, "none that there is", roster("set", "<item jid='a@b' subscription='all'/>"), Warning, false},
	{RuleRosterSubscription, "what is asked", roster("set", "<item jid='a@b' ask='subscribe'/>"), Warning, false},
	{RuleRosterGroup, "", roster("set", "<item jid='a@b'><group> </group></item>"), Warning, false},
	{RuleRosterUnknown, "beside the items", roster("result", "<contact jid='a@b'/>"), Warning, false},
	{RuleRosterUnknown, "in an item", roster("result", "<item jid='a@b'><name/></item>"), Warning, false},
}

// check is Check by juliet, or by the component bots.example.
func check(t *testing.T, text string, component bool) (*stanza.Stanza, []Finding) {
	scope, address := stanza.ClientScope(), "juliet@capulet.example/balcony"
	if component {
		scope, address = stanza.ComponentScope(), "bots.example"
	}
	own, err := stanza.ParseJID(address)
	if err != nil {
		t.Fatal(err)
	}
	return CheckAs(text, scope, own)
}

func find(findings []Finding, rule string) *Finding {
	i := slices.IndexFunc(findings, func(f Finding) bool { return f.Rule == rule })
	if i < 0 {
		return nil
	}
	return &findings[i]
}

func TestEveryRuleIsFound(t *testing.T) {
	for _, b := range broken {
		t.Run(strings.TrimSpace(b.rule+" "+b.name), func(t *testing.T) {
			_, findings := check(t, b.text, b.component)
			f := find(findings, b.rule)
			if f == nil {
				t.Fatalf("%s: %v", b.text, findings)
			}
			if f.Severity != b.severity || f.Section == "" || f.Line != 1 || f.Column < 1 || f.Pos > f.End || f.End > len(b.text) {
				t.Errorf("%s: %+v", b.text, f)
			}
			if f.Fix == nil {
				return
			}
			fixed := f.Fix.Apply(b.text)
			iq, after := check(t, fixed, b.component)
			if iq == nil || count(after, b.rule) >= count(findings, b.rule) {
				t.Errorf("after %q it is %s: %v", f.Fix.Title, fixed, after)
			}
		})
	}
}

// builderRules are those that only options can break.
var builderRules = []string{RuleElementName, RuleErrorContent}

func TestEveryRuleHasItsRow(t *testing.T) {
	for rule := range sections {
		inTable := slices.ContainsFunc(broken, func(row struct {
			rule, name, text string
			severity         Severity
			component        bool
		}) bool {
			return row.rule == rule
		})
		if inTable == slices.Contains(builderRules, rule) {
			t.Errorf("%s has a text that breaks it: %v", rule, inTable)
		}
	}
}

// TestTheTextsOfTheRulesAreTheReviewedOnes keeps every text in one file, to be
// read as a whole. After a change: go test ./iqbuilder -update, and read the diff.
func TestTheTextsOfTheRulesAreTheReviewedOnes(t *testing.T) {
	const file = "testdata/rules.txt"
	madeUp := regexp.MustCompile(`\b[a-z0-9]{13}\b`) // an id
	var out strings.Builder
	for _, b := range broken {
		_, findings := check(t, b.text, b.component)
		f := find(findings, b.rule)
		if f == nil {
			continue // TestEveryRuleIsFound says so
		}
		fmt.Fprintf(&out, "%s: %s: %s (%s)\n", f.Rule, f.Severity, f.Text, f.Section)
		if len(b.text) < 1000 {
			fmt.Fprintf(&out, "    at %q in %q\n", b.text[f.Pos:f.End], b.text)
		}
		if f.Fix != nil {
			fmt.Fprintf(&out, "    fix: %s: %q\n", madeUp.ReplaceAllString(f.Fix.Title, "ID"), madeUp.ReplaceAllString(f.Fix.Apply(b.text), "ID"))
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(out.String(), "\n")); diff != "" {
		t.Errorf("the texts have changed (-reviewed +now):\n%s", diff)
	}
}

func TestBeforeBindingAnyResourceIsOurs(t *testing.T) {
	bare, err := stanza.ParseJID("juliet@capulet.example")
	if err != nil {
		t.Fatal(err)
	}
	for from, rule := range map[string]string{
		"juliet@capulet.example": RuleFromClient, "Juliet@capulet.example/garden": RuleFromClient, "nurse@capulet.example": RuleFromForeign, "capulet.example": RuleFromForeign,
	} {
		_, findings := CheckAs("<iq type='result' id='1' from='"+from+"'/>", stanza.ClientScope(), bare)
		if len(findings) != 1 || findings[0].Rule != rule {
			t.Errorf("from %s: %+v, want %s", from, findings, rule)
		}
	}
}

func TestWhatIsRightIsLeftAlone(t *testing.T) {
	for _, b := range []struct {
		name, text string
		component  bool
	}{
		{"a get", "<iq type='get' id='1' to='a@b' xml:lang='pt-BR'>\n  <query xmlns='jabber:iq:version'/>\n</iq>", false},
		{"a result", "<iq type='result' id='1'/>", false},
		{"10,000 bytes", "<iq type='result' id='" + strings.Repeat("x", 9975) + "'/>", false},
		{"an attribute of another namespace", "<iq type='result' id='1' xmlns:p='x' p:priority='1'/>", false},
		{"a component's", "<iq type='result' id='1' to='a@b' from='echo@BOTS.example/x'/>", true},
		{"an error", failed(" type='cancel' by='capulet.example'", "<gone"+nsStanzas+"> xmpp:a@b </gone>\n<text"+nsStanzas+" xml:lang='en'>a</text><x xmlns='y'>z<w/></x>"), false},
		{"an error in the stanza's language", "<iq type='error' id='1' xml:lang='en'><error type='wait'><policy-violation" + nsStanzas + "/><text" + nsStanzas + ">a</text></error></iq>", false},
		{"an element called error in a payload's place", "<iq type='get' id='1'><error xmlns='urn:x'/></iq>", false},
		{"an element called error beside the true one", "<iq type='error' id='1'><error xmlns='urn:x'/><error type='cancel'><conflict" + nsStanzas + "/></error></iq>", false},
		{"a gone address", failed(" type='cancel'", "<gone"+nsStanzas+">xmpp:a@b</gone>"), false},
		{"an undefined condition that is defined elsewhere", failed(" type='cancel'", "<undefined-condition"+nsStanzas+"/><x xmlns='y'/>"), false},
		{"a namespace of one's own", "<iq type='get' id='1'><ping xmlns='urn:example:ping'/></iq>", false},
		{"an older version", "<iq type='get' id='1'><query xmlns='urn:xmpp:mam:1'/></iq>", false},
		{"an unknown element in a reply", "<iq type='result' id='1'><pong xmlns='urn:xmpp:ping'/></iq>", false},
		{"an attribute that is nearly xmlns", "<iq type='get' id='1'><a xmlns='u' xmls='3'/></iq>", false},
		{"a form that says what it is", "<iq type='set' id='1'><query xmlns='jabber:iq:search'><x xmlns='jabber:x:data' type='submit'/></query></iq>", false},
		{"the roster, asked for", "<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver=''/></iq>", false},
		{"a contact, in two groups", roster("set", "<item jid='a@b' name='A'><group>x</group><group>y</group></item>"), false},
		{"a contact, removed", roster("set", "<item jid='a@b' subscription='remove'/>"), false},
		{"a roster", roster("result", "<item jid='a@b' subscription='both' ask='subscribe'/><item jid='c@b' subscription='none' approved='true'/>"), false},
		{"a roster push", "<iq type='set' id='1' to='juliet@capulet.example/garden'><query xmlns='jabber:iq:roster'><item jid='a@b' subscription='both' ask='subscribe'/></query></iq>", false},
	} {
		if _, findings := check(t, b.text, b.component); len(findings) > 0 {
			t.Errorf("%s: %+v", b.name, findings)
		}
	}
}

func TestEveryDefinedErrorIsRight(t *testing.T) {
	for _, condition := range stanza.Conditions() {
		for _, typ := range stanza.UsualTypes(condition) {
			element := "<" + condition + nsStanzas + "/>"
			switch {
			case stanza.CarriesURI(condition):
				element = "<" + condition + nsStanzas + ">xmpp:a@b</" + condition + ">"
			case condition == "undefined-condition":
				element += "<x xmlns='y'/>"
			}
			if _, findings := check(t, failed(" type='"+typ+"'", element), false); len(findings) > 0 {
				t.Errorf("%s/%s: %+v", typ, condition, findings)
			}
		}
		if usual := stanza.UsualType(condition); !slices.Contains(stanza.UsualTypes(condition), usual) {
			t.Errorf("%s has no usual type: %s", condition, usual)
		}
	}
}

func TestTheNearestWord(t *testing.T) {
	for text, want := range map[string]string{
		"gte": "get", "gett": "get", "Get ": "get", "SOT": "set", "resutl": "result", "err": "error", "res": "result", "errors": "error",
		"": "", "x": "", "request": "", "unavailable": "", strings.Repeat("get", 100): "",
	} {
		if got := likely(text, types); got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
	if got := likely("not", stanza.Conditions()); got != "" {
		t.Errorf("what many have is taken for %q", got)
	}
}

func TestEveryKnownPayloadIsRightInItsTypes(t *testing.T) {
	for _, k := range knownPayloads {
		if k.Name.Space == nsRoster {
			continue // has rules of its own
		}
		for typ, right := range map[string]bool{"get": k.Get, "set": k.Set, "result": true} {
			text := fmt.Sprintf("<iq type='%s' id='1'><%s xmlns='%s'/></iq>", typ, k.Name.Local, k.Name.Space)
			_, findings := check(t, text, false)
			if (len(findings) == 0) != right || !right && findings[0].Rule != RulePayloadType {
				t.Errorf("%s: %+v", text, findings)
			}
		}
	}
}

func TestAQuestionIsAskedByTheElementOfItsNamespace(t *testing.T) {
	for _, row := range []struct {
		space string
		t     stanza.Type
		want  string
	}{
		{"urn:xmpp:ping", stanza.Get, "ping"}, {"urn:xmpp:time", stanza.Get, "time"}, {"vcard-temp", stanza.Set, "vCard"},
		{"urn:xmpp:blocking", stanza.Get, "blocklist"}, {"urn:xmpp:blocking", stanza.Set, "block"},
		{stanza.NSDiscoInfo, stanza.Get, "query"}, {"urn:example:x", stanza.Set, "query"}, {"urn:xmpp:ping", stanza.Set, "query"},
	} {
		if name := QueryElement(row.space, row.t); name != (stanza.Name{Space: row.space, Local: row.want}) {
			t.Errorf("a %s in %s carries %v", row.t, row.space, name)
		}
	}
}
