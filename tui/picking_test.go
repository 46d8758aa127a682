package tui

import (
	"errors"
	"os"
	"strings"
	"testing"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
)

// pick picks a request by letters, and counts the keys: F2, the letters, Enter.
func (s *sim) pick(letters string) int {
	s.t.Helper()
	s.press("f2")
	s.typing(letters)
	s.press("enter")
	return 2 + len(letters)
}

// knowsRooms has another catalogue in place of the built-in one, which grows.
func (s *sim) knowsRooms() {
	s.t.Helper()
	text, err := os.ReadFile("testdata/kinds.toml")
	if err != nil {
		s.t.Fatal(err)
	}
	rooms, err := new(catalog.Catalog).With(catalog.File{Name: "kinds.toml", Text: text})
	if err != nil {
		s.t.Fatal(err)
	}
	s.m.kinds.loaded.Store(rooms)
}

// last is the request that was sent last.
func (s *sim) last() *stanza.Stanza {
	s.t.Helper()
	if len(s.fake.sent) == 0 {
		s.t.Fatalf("nothing was sent:\n%s", s.m.View())
	}
	return s.fake.parse(s.fake.sent[len(s.fake.sent)-1])
}

// Numbers of keys from the first frame until the request is sent.
func TestARequestTakesAFewKeys(t *testing.T) {
	const jid = "romeo@demo.localhost/bot"
	for _, row := range []struct {
		name, letters, jid string
		most               int // keys without those of the address
		payload, to        string
	}{
		{"a ping", "pi", jid, 6, "urn:xmpp:ping", jid},
		{"somebody's card", "vc", "romeo@demo.localhost", 6, "vcard-temp", "romeo@demo.localhost"},
		{"the list of commands of the target", "cl", "", 5, stanza.NSDiscoItems, "demo.localhost"},
		{"the software of the target", "ver", "", 6, "jabber:iq:version", "demo.localhost"},
		{"the roster", "ro", "", 5, "jabber:iq:roster", ""},
		{"the time", "ti", "", 5, "urn:xmpp:time", "demo.localhost"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := start(t, 80, 24)
			keys := s.pick(row.letters)
			s.typing(row.jid)
			s.press("alt+enter")
			if keys++; keys > row.most {
				t.Errorf("it takes %d keys and the address, want %d at most", keys, row.most)
			}
			iq := s.last()
			if iq.To() != row.to || iq.Payload().Space != row.payload || iq.Type() != stanza.Get {
				t.Errorf("sent %s", iq.XML())
			}
		})
	}
}

func TestAnotherKindKeepsTheAddressAndTheWayOfTheID(t *testing.T) {
	s := start(t, 100, 30)
	s.write(`<iq type='get' id='mine' to='room@conference.demo.localhost'><query xmlns='jabber:iq:version'/></iq>`)
	before := s.m.desk.draft.Text()
	s.pick("disco_info")
	s.press("alt+enter")
	if iq := s.last(); iq.To() != "room@conference.demo.localhost" || iq.ID() != "mine" || iq.Payload().Space != stanza.NSDiscoInfo {
		t.Errorf("sent %s", iq.XML())
	}
	s.happens(func(f *fakeSession) { f.replies(1, strings.Replace(discoResult, "q0001", "mine", 1)) })
	s.pick("roster_get") // which is one's own alone
	s.press("alt+enter")
	if iq := s.last(); iq.To() != "" {
		t.Errorf("the roster is asked of %s", iq.To())
	}
	s.pick("ping")
	if st, _ := s.m.desk.draft.Check(); st.To() != "room@conference.demo.localhost" {
		t.Errorf("behind the roster the address is %q", st.To())
	}
	for range 10 {
		if s.m.desk.draft.Text() == before {
			return
		}
		s.press("ctrl+z")
	}
	t.Errorf("undo does not bring the old draft back, but %s", s.m.desk.draft.Text())
}

func TestTheFormAndTheTextStayInStep(t *testing.T) {
	s := start(t, 80, 24)
	s.write("<iq id='a1'\n  type='get' to='demo.localhost' xml:lang='de'>\n  <query xmlns='http://jabber.org/protocol/disco#items' foo='bar'/>\n</iq>")
	s.press("f10")
	s.shows("form of disco_items")
	s.shows("no field says")
	s.press("down")
	s.typing("config")
	s.press("down")
	s.typing("5")
	want := "<iq id='a1'\n  type='get' to='demo.localhost' xml:lang='de'>\n  <query xmlns='http://jabber.org/protocol/disco#items' foo='bar' node=\"config\">\n    <set xmlns=\"http://jabber.org/protocol/rsm\">\n      <max>5</max>\n    </set>\n  </query>\n</iq>"
	if got := s.m.desk.draft.Text(); got != want {
		t.Errorf("the text is\n%s\nwant\n%s", got, want)
	}
	s.press("f10")
	s.shows("<max>5</max>")
	s.press("alt+a")
	s.paste(strings.Replace(want, "config", "rooms", 1))
	s.press("f10")
	s.shows("rooms")
	// A text that is broken leaves the form as it was, and is not written into.
	s.press("f10", "ctrl+end")
	s.typing("<")
	s.press("f10")
	s.shows("not in step")
	s.shows("rooms")
	broken := s.m.desk.draft.Text()
	s.typing("x")
	if s.m.desk.draft.Text() != broken {
		t.Error("the form was written into a text that cannot be read")
	}
	s.press("ctrl+z")
	s.hides("not in step")
	s.typing("x")
	if !strings.Contains(s.m.desk.draft.Text(), "x</max>") && !strings.Contains(s.m.desk.draft.Text(), "x\"") {
		t.Errorf("behind the undo the form is not written: %s", s.m.desk.draft.Text())
	}
}

func TestTheAddressInTheTextFollowsTheForm(t *testing.T) {
	s := start(t, 80, 24)
	s.write("<iq id='a' type='get' \n to = 'demo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
	s.press("f10", "ctrl+u")
	if got, want := s.m.desk.draft.Text(), "<iq id='a' type='get'><ping xmlns='urn:xmpp:ping'/></iq>"; got != want {
		t.Errorf("without an address the text is %s, want %s", got, want)
	}
	s.typing("a&b")
	if got, want := s.m.desk.draft.Text(), `<iq id='a' type='get' to="a&amp;b"><ping xmlns='urn:xmpp:ping'/></iq>`; got != want {
		t.Errorf("with one it is %s, want %s", got, want)
	}
}

func TestADraftWithoutAnIDIsFollowedByOneWithout(t *testing.T) {
	s := start(t, 80, 24)
	s.write("<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>")
	s.pick("version")
	if st, _ := s.m.desk.draft.Check(); st.HasID() {
		t.Errorf("the draft is %s", st.XML())
	}
}

func TestWhatWasSentIsOfferedAgainButForSecrets(t *testing.T) {
	s := start(t, 80, 24)
	field := func(label, text string) {
		for range 20 {
			if s.m.desk.draft.Form().Label() == label {
				break
			}
			s.press("down")
		}
		s.typing(text)
	}
	s.pick("register")
	field("username", "jul")
	field("password", "s3cret")
	s.press("alt+enter") // which loses nothing, and so asks nothing
	if len(s.fake.sent) != 1 {
		t.Fatalf("sent %d requests:\n%s", len(s.fake.sent), s.m.View())
	}
	s.pick("register")
	field("username", "")
	s.press("tab")
	field("password", "")
	s.press("tab")
	text := s.m.desk.draft.Text()
	if !strings.Contains(text, "<username>jul</username>") || strings.Contains(text, "s3cret") {
		t.Errorf("offered again are %s", text)
	}
}

func TestAFormSaysWhatIsWrongWhileItIsTyped(t *testing.T) {
	s := start(t, 80, 24)
	s.pick("disco_items")
	s.press("down")
	s.typing("many")
	s.shows("is no whole number")
	if !strings.Contains(s.m.desk.draft.Text(), "<max>many</max>") {
		t.Errorf("what is wrong does not stand in the text: %s", s.m.desk.draft.Text())
	}
	s.press("ctrl+u")
	s.hides("is no whole number")
	if strings.Contains(s.m.desk.draft.Text(), "set") {
		t.Errorf("an emptied field leaves %s", s.m.desk.draft.Text())
	}
	s.pick("ping")
	s.press("ctrl+u")
	s.typing("romeo@")
	s.shows("✗")
}

func TestXMLThatNoKindKnowsIsLeftAlone(t *testing.T) {
	s := start(t, 100, 30)
	own := "<iq type='get' id='x' to='demo.localhost'><mine xmlns='urn:example:unknown'/></iq>"
	s.write(own)
	s.press("f10")
	s.shows("No request kind of the catalogue is like this text")
	s.press("alt+enter")
	if got := s.last().XML(); got != own {
		t.Errorf("sent %s", got)
	}
}

func TestWhatLosesSomethingAsksOnce(t *testing.T) {
	s := start(t, 80, 24)
	s.pick("unregister")
	s.press("alt+enter")
	if len(s.fake.sent) > 0 {
		t.Fatalf("sent at once: %s", s.fake.sent)
	}
	s.shows("F5 once more sends it")
	s.press("down", "alt+enter") // another key in between calls it off
	if len(s.fake.sent) > 0 {
		t.Fatalf("sent behind another key: %s", s.fake.sent)
	}
	s.press("alt+enter")
	if iq := s.last(); iq.Payload().Space != "jabber:iq:register" {
		t.Errorf("sent %s", iq.XML())
	}
}

func TestAddressesThatWereSeenAreOffered(t *testing.T) {
	s := start(t, 80, 24)
	s.happens(func(f *fakeSession) {
		roster := f.parse("<iq type='result' id='r' to='juliet@demo.localhost/iqscope'><query xmlns='jabber:iq:roster'><item jid='nurse@demo.localhost'/><item jid='tybalt@demo.localhost'/></query></iq>")
		f.log.Append(journal.Entry{Time: f.now(), Dir: stanza.In, Stanza: roster})
		f.log.Append(journal.Entry{Time: f.now(), Dir: stanza.In, Stanza: f.parse("<message from='mercutio@demo.localhost/x'/>")})
	})
	s.pick("ping")
	s.typing("ty")
	s.press("tab", "alt+enter")
	if iq := s.last(); iq.To() != "tybalt@demo.localhost" {
		t.Errorf("sent to %q", iq.To())
	}
	s.pick("ping")
	s.press("ctrl+u", "tab") // the one that was asked last is the likeliest
	if to := s.m.desk.draft.Form().To(); to != "tybalt@demo.localhost" {
		t.Errorf("offered first is %q", to)
	}
	s.press("ctrl+u")
	s.typing("merc")
	s.press("tab")
	s.shows("mercutio@demo.localhost/x")
	s.press("ctrl+u")
	s.typing("tyb") // which was asked before
	s.press("tab", "alt+enter")
	if iq := s.last(); iq.To() != "tybalt@demo.localhost" {
		t.Errorf("sent to %q", iq.To())
	}
}

func TestAllSortsOfFieldsAreFilledInByKeys(t *testing.T) {
	s := start(t, 80, 24)
	s.pick("roster_set")
	s.press("home", "ctrl+home", "down")
	s.typing("nurse@demo.localhost")
	for range 8 {
		if s.m.desk.draft.Form().Label() == "group" {
			break
		}
		s.press("enter")
	}
	s.typing("Verona")
	s.press("enter")
	s.typing("Friends")
	got := s.m.desk.draft.Text()
	if !strings.Contains(got, "<group>Verona</group>") || !strings.Contains(got, "<group>Friends</group>") || !strings.Contains(got, `jid="nurse@demo.localhost"`) {
		t.Errorf("the form makes %s", got)
	}

	s.pick("mam_query")
	for range 30 {
		if s.m.desk.draft.Form().Label() == "flip-page" {
			break
		}
		s.press("down")
	}
	s.typing(" ")
	if got := s.m.desk.draft.Text(); !strings.Contains(got, "<flip-page/>") {
		t.Errorf("a flag makes %s", got)
	}
	for range 30 {
		if s.m.desk.draft.Form().Label() == "before" {
			break
		}
		s.press("down")
	}
	s.press("alt+0")
	if got := s.m.desk.draft.Text(); !strings.Contains(got, "<before/>") {
		t.Errorf("an empty value makes %s", got)
	}
}

// Kinds of one's own are read once, beside the screen.
func TestOnesOwnKindsAreFoundAndHaveAForm(t *testing.T) {
	text, err := os.ReadFile("testdata/kinds.toml")
	if err != nil {
		t.Fatal(err)
	}
	loads, bad := 0, false
	own := func(o *setup) {
		o.loadKinds = func() (*catalog.Catalog, error) {
			loads++
			if bad {
				return nil, errors.New("mine.toml:1:1: there is no key x")
			}
			return catalog.Builtin().With(catalog.File{Name: "mine.toml", Text: text})
		}
	}
	s := start(t, 80, 24, own)
	s.write("<iq type='set' id='x' to='a@b'><room xmlns='urn:example:room'><destroy/></room></iq>")
	s.press("f10")
	s.shows("form of room_destroy")
	s.press("f2")
	s.typing("room_set")
	s.shows("Set up the room")
	if loads != 1 {
		t.Errorf("the kinds were read %d times", loads)
	}

	bad = true
	s = start(t, 80, 24, own)
	s.press("f2")
	s.shows("✗ Mine.toml:1:1: there is no key x")
	s.typing("ping")
	s.press("enter")
	s.shows("form of ping")
}

// What is put into the composer by something else is shown as text.
func TestAnotherDraftIsShownAsText(t *testing.T) {
	s := start(t, 80, 24)
	s.pick("ping")
	s.press("alt+enter", "ctrl+n")
	s.hides("form of")
	s.press("f10")
	s.shows("form of disco_info")
	s.press("ctrl+up") // the draft sent before
	s.shows("form of ping")
}

// A session that has not bound yet has no address; the picker works all the same.
func TestThePickerWorksOffline(t *testing.T) {
	s := start(t, 80, 24)
	s.happens(func(f *fakeSession) { f.status = session.Status{State: session.Offline} })
	s.pick("ping")
	s.shows("form of ping")
}
