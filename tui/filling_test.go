package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/catalog"
	"iqscope/session"
	"iqscope/tui/keys"
)

const (
	commandsHere = "http://jabber.org/protocol/commands"
	dataForms    = "jabber:x:data"
)

// asks sends a request from the composer, and lets the answer come. The answer's id is filled in.
func (s *sim) asks(request, answer string) {
	s.t.Helper()
	s.press("alt+1", "enter", "alt+a")
	s.paste("<iq type='" + map[bool]string{true: "set", false: "get"}[strings.Contains(request, "action=")] + "' id='first' to='demo.localhost'>" + request + "</iq>")
	s.press("alt+enter")
	s.replied(answer)
}

// replied lets the answer to the last request come.
func (s *sim) replied(answer string) {
	s.t.Helper()
	n := len(s.fake.requests)
	id := s.fake.requests[n-1].Stanza.ID()
	typ := "result"
	if strings.Contains(answer, "<error") {
		typ = "error"
	}
	s.wait(10 * time.Millisecond)
	s.happens(func(f *fakeSession) {
		f.replies(uint64(n), "<iq type='"+typ+"' id='"+id+"' from='demo.localhost'>"+answer+"</iq>")
	})
}

func (s *sim) sends(want string) {
	s.t.Helper()
	if !strings.Contains(s.last().XML(), want) {
		s.t.Errorf("sent is\n%s\nwhich lacks\n%s", s.last().XML(), want)
	}
}

func commandStep(inner string) string {
	return "<command xmlns='" + commandsHere + "' node='potion' sessionid='s-1' status='executing'>" + inner + "</command>"
}

const (
	commandList = "<query xmlns='http://jabber.org/protocol/disco#items' node='" + commandsHere + "'>" +
		"<item jid='demo.localhost' node='potion' name='Order a potion'/><item jid='demo.localhost' node='up' name='How long is it up?\x7f'/></query>"
	firstStep = "<actions execute='next'><next/></actions><x xmlns='" + dataForms + "' type='form'><title>Potion</title><instructions>What shall it be?</instructions>" +
		"<field var='kind' type='list-single' label='Kind'><required/><option label='Love'><value>love</value></option><option label='Sleep'><value>sleep</value></option></field>" +
		"<field var='who' type='jid-single' label='For'/></x>"
	secondStep = "<actions execute='complete'><prev/><complete/></actions><note type='warn'>It is strong.</note><x xmlns='" + dataForms + "' type='form'><field var='ok' type='boolean' label='Sure?'><value>0</value></field></x>"
	done       = "<command xmlns='" + commandsHere + "' node='potion' sessionid='s-1' status='completed'><note>It is on its way.</note></command>"
)

// onCommands is the screen with the list of commands before one.
func onCommands(t *testing.T, width, height int) *sim {
	s := start(t, width, height)
	s.asks("<query xmlns='http://jabber.org/protocol/disco#items' node='"+commandsHere+"'/>", commandList)
	s.press("alt+4", "enter")
	return s
}

// TestACommandIsGoneThrough: row 67 on the screen: list, execute, form, next, complete.
func TestACommandIsGoneThrough(t *testing.T) {
	s := onCommands(t, 80, 24)
	s.showsAll("Order a potion", "How long is it up?␡")
	s.press("enter")
	s.sends(`<command xmlns="` + commandsHere + `" action="execute" node="potion"/>`)
	s.showsAll("execute sent, waiting for the answer")
	s.replied(commandStep(firstStep))
	s.showsAll("What shall it be?", "Kind *", "[ next ]", "[ cancel ]")

	s.press("alt+enter") // something is missing
	s.showsAll("this is required", "Not sent")
	s.typing(" ")
	s.press("tab")
	s.typing("romeo@")
	s.press("alt+enter")
	s.showsAll("✗ ")
	s.typing("x")
	before := len(s.fake.sent)
	s.press("alt+enter") // the next step is one key
	if len(s.fake.sent) != before+1 {
		t.Fatalf("%d requests were sent by one key", len(s.fake.sent)-before)
	}
	s.sends(`action="next" node="potion" sessionid="s-1"><x xmlns="jabber:x:data" type="submit"><field var="kind"><value>love</value></field><field var="who"><value>romeo@x</value></field></x>`)
	s.replied(commandStep(secondStep))
	s.showsAll("! It is strong.", "[ ] ", "[ complete ]", "[ prev ]")
	s.typing(" ")
	s.press("alt+enter")
	s.sends(`action="complete" node="potion" sessionid="s-1"><x xmlns="jabber:x:data" type="submit"><field var="ok"><value>1</value></field></x>`)
	s.replied(done)
	s.showsAll("Completed: It is on its way.", "[fields]", "status     completed")
	s.hides("[ complete ]")
}

// Row 67: back, and given up.
func TestACommandIsGivenUp(t *testing.T) {
	s := onCommands(t, 80, 24)
	s.press("enter")
	s.replied(commandStep(secondStep))
	s.press("tab", "right", "enter")
	s.sends(`action="prev" node="potion" sessionid="s-1"/>`)
	s.replied(commandStep(firstStep))
	s.press("tab", "tab", "right", "enter")
	s.sends(`action="cancel" node="potion" sessionid="s-1"/>`)
	s.replied(strings.Replace(done, "completed", "canceled", 1))
	s.showsAll("Canceled")
}

func TestAStepThatIsNotTakenStays(t *testing.T) {
	const failed = "<error type='%s'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><%s xmlns='" + commandsHere + "'/></error>"
	for _, c := range []struct{ typ, condition, application, want string }{
		{"modify", "bad-request", "bad-payload", "Fill in the form from"},
		{"modify", "bad-request", "bad-sessionid", "Begin again with"},
		{"cancel", "not-allowed", "session-expired", "Begin again with"},
	} {
		s := onCommands(t, 80, 24)
		s.press("enter")
		s.replied(commandStep(secondStep))
		s.typing(" ")
		s.press("alt+enter")
		s.replied(fmt.Sprintf(failed, c.typ, c.condition, c.application))
		s.showsAll(c.condition, c.application, c.want, "[x]", "[ complete ]")
	}
	s := onCommands(t, 80, 24)
	s.press("enter")
	s.replied(commandStep(secondStep))
	s.press("alt+enter")
	s.wait(30 * time.Second)
	s.happens(func(f *fakeSession) { f.timesOut(uint64(len(f.requests))) })
	s.showsAll("Timeout: no answer to complete", "[ complete ]")
	s.fake.status.State = session.Lost
	s.press("alt+enter")
	s.send(SessionChanged{})
	s.showsAll("[ complete ]")
	s.hides("waiting for the answer")
	s.press("esc")
	s.hides("[ complete ]")
}

func TestACommandThatIsRefusedClosesTheForm(t *testing.T) {
	s := onCommands(t, 80, 24)
	s.press("enter")
	s.replied("<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>")
	s.showsAll("Execute was not taken: forbidden", "you may not use it")
	s.hides("waiting for the answer")
}

const roomForm = "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='" + dataForms + "' type='form'><title>The Garden</title>" +
	"<field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#roomconfig</value></field>" +
	"<field var='name' type='text-single' label='Name'><value>Garden</value></field>" +
	"<field type='fixed'><value>Who may come</value></field>" +
	"<field var='public' type='boolean' label='Is it listed for all who ask the service for its rooms?'><value>1</value></field>" +
	"<field var='whois' type='list-single' label='Who sees addresses'><value>mod</value><option label='Moderators'><value>mod</value></option><option label='Anyone'><value>any</value></option></field>" +
	"<field var='roles' type='list-multi' label='May speak'><value>m</value><option label='Members'><value>m</value></option><option label='Guests'><value>g</value></option></field>" +
	"<field var='admins' type='jid-multi' label='Admins'><value>juliet@demo.localhost</value></field>" +
	"<field var='about' type='text-multi' label='About'><value>One</value></field>" +
	"<field var='secret' type='text-private' label='Password'><value>abc</value></field>" +
	"<field var='place' type='geo-place' label='Where'/></x></query>"

// onRoom is the screen with a room's form.
func onRoom(t *testing.T, width, height int) *sim {
	s := start(t, width, height)
	s.asks("<query xmlns='http://jabber.org/protocol/muc#owner'/>", roomForm)
	s.press("alt+2", "i")
	return s
}

func TestAllTypesOfFieldsAreFilledInByKeys(t *testing.T) {
	s := onRoom(t, 80, 24)
	s.showsAll("The Garden", "Who may come")
	s.typing("!")
	s.press("tab")
	s.typing(" ")
	s.press("tab", "right", "tab")
	s.typing(" ")
	s.press("tab")
	s.typing(" ")
	s.press("tab", "end", "enter")
	s.typing("romeo@x")
	s.press("tab")
	s.paste("\nTwo\r\nThree")
	s.press("tab")
	s.typing("d")
	s.showsAll("••••")
	s.hides("abcd")
	s.press("tab")
	s.showsAll("of the unknown type geo-place")
	s.typing("here")
	s.press("alt+enter")
	s.sends(`<field var="name"><value>Garden!</value></field><field var="public"><value>0</value></field><field var="whois"><value>any</value></field>` +
		`<field var="roles"><value>g</value></field><field var="admins"><value>juliet@demo.localhost</value><value>romeo@x</value></field>` +
		`<field var="about"><value>One</value><value>Two</value><value>Three</value></field><field var="secret"><value>abcd</value></field><field var="place"><value>here</value></field></x></query></iq>`)
	s.sends(`<iq type='set' id='`)
	s.replied("")
	s.showsAll("Done: submit was taken")
}

func TestWhatWouldBeSentCanBeLookedAtFirst(t *testing.T) {
	s := onRoom(t, 80, 24)
	before := len(s.fake.sent)
	s.press("alt+e")
	if len(s.fake.sent) != before {
		t.Error("it is sent")
	}
	s.showsAll("1 Compose", "<value>Garden</value>", "muc#owner")
}

func TestWhatLosesSomethingIsAskedForTwice(t *testing.T) {
	s := onRoom(t, 80, 24)
	before := len(s.fake.sent)
	for range 11 {
		s.press("tab")
	}
	s.press("right", "enter")
	s.showsAll("A room that was never set up is destroyed")
	if len(s.fake.sent) != before {
		t.Fatal("it is sent by one key")
	}
	s.press("enter")
	s.sends(`<x xmlns="jabber:x:data" type="cancel"/>`)
}

// Registration and search without a data form are filled in by the catalogue's fields.
func TestAFormOfOldIsFilledIn(t *testing.T) {
	s := start(t, 80, 24)
	s.asks("<query xmlns='jabber:iq:register'/>", "<query xmlns='jabber:iq:register'><instructions>Sign up.</instructions><username/><password/><key>k-1</key></query>")
	s.press("alt+4", "enter")
	s.showsAll("Sign up.", "username *", "password *")
	s.typing("me")
	s.press("tab")
	s.typing("s3cret")
	s.hides("s3cret")
	s.press("alt+enter")
	s.sends(`<query xmlns="jabber:iq:register"><username>me</username><password>s3cret</password><key>k-1</key></query>`)
}

func TestWhereThereIsNothingToFillIn(t *testing.T) {
	s := start(t, 80, 24)
	s.press("alt+4", "enter")
	s.showsAll("No reply is selected")
	s.asks("<query xmlns='jabber:iq:version'/>", "<query xmlns='jabber:iq:version'><name>x</name></query>")
	s.press("alt+4", "enter")
	s.showsAll("The reply has nothing to fill in")
}

func TestPagesAreTurned(t *testing.T) {
	page := func(first, last string) string {
		return "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='x'/><set xmlns='http://jabber.org/protocol/rsm'><first>" + first + "</first><last>" + last + "</last></set></query>"
	}
	s := start(t, 80, 24)
	s.asks("<query xmlns='http://jabber.org/protocol/disco#items' node='n'><kept xmlns='urn:k'/><set xmlns='http://jabber.org/protocol/rsm'><max>10</max></set></query>", page("a", "j"))
	s.press("alt+4", "[")
	s.showsAll("This is the first page")
	s.press("]")
	s.sends(`node='n'><kept xmlns='urn:k'/><set xmlns="http://jabber.org/protocol/rsm"><max>10</max><after>j</after></set>`)
	s.replied(page("k", "t"))
	s.press("]")
	s.sends("<after>t</after>")
	s.replied(page("u", "z"))
	s.press("[")
	s.sends("<before>u</before>")
}

func TestWhatCanFollowIsListed(t *testing.T) {
	s := start(t, 80, 24)
	s.asks("<request xmlns='urn:xmpp:http:upload:0' filename='a' size='1'/>", "<slot xmlns='urn:xmpp:http:upload:0'><put url='https://put.example/1'/><get url='https://get.example/1'/></slot>")
	s.press("alt+4", "x")
	s.showsAll("What next", "copy https://put.example/1", "copy https://get.example/1")
	s.typing("get.ex")
	s.press("enter")
	if s.copies.text != "https://get.example/1" {
		t.Errorf("copied is %q", s.copies.text)
	}

	s.asks("<query xmlns='http://jabber.org/protocol/disco#info' node='n'/>", "<query xmlns='http://jabber.org/protocol/disco#info' node='n'/>")
	s.press("alt+4", "x")
	s.showsAll("disco_items")
	s.typing("disco_items")
	s.press("enter")
	s.showsAll("1 Compose", "disco#items", `node="n"`, "to='demo.localhost'")
}

func TestTheFormsOfOtherScreensAreLeftAlone(t *testing.T) {
	s := onRoom(t, 80, 24)
	for _, b := range s.m.table.keys {
		if b.Context == keys.Forms && len(b.Keys) == 0 {
			t.Errorf("%s has no key in a form", b.Action)
		}
	}
	s.press("f1")
	s.showsAll("send the form, or go to the next step")
}

// showsAll is shows of several texts.
func (s *sim) showsAll(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		s.shows(text)
	}
}

// What a reply says has the names of the user's own kinds, too.
func TestRepliesAreNamedByKindsOfOnesOwn(t *testing.T) {
	own, err := catalog.Builtin().With(catalog.File{Name: "own.toml", Text: []byte("version = 1\n[[payload]]\nkey = \"mine\"\nelement = \"q\"\nnamespace = \"urn:mine\"\n[[payload.field]]\nname = \"answer\"\npath = \"@a\"\n")})
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, 80, 24, func(o *setup) { o.loadKinds = func() (*catalog.Catalog, error) { return own, nil } })
	s.asks("<q xmlns='urn:mine'/>", "<q xmlns='urn:mine' a='42'/>")
	s.press("alt+2")
	s.shows("answer 42")
}
