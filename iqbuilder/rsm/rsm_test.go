package rsm

import (
	"errors"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

func parse(t *testing.T, xml string) *stanza.Stanza {
	t.Helper()
	s, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	items = "http://jabber.org/protocol/disco#items"
	set   = " xmlns='http://jabber.org/protocol/rsm'"
)

func TestTheRequestForAnotherPage(t *testing.T) {
	of := func(inner string) string {
		return "<iq type='get' id='old' to='a@b' xml:lang='de'><query xmlns='" + items + "' node='n'><kept/>" + inner + "</query></iq>"
	}
	page := func(inner string) string {
		return "<iq type='result' id='old' from='a@b'><query xmlns='" + items + "'><item jid='x'/><set" + set + ">" + inner + "</set></query></iq>"
	}
	middle := page("<first index='10'>f&amp;1</first><last>l&lt;1</last><count>100</count>")
	for _, c := range []struct {
		name, request, reply string
		next, previous       string // what chooses the page, or why there is none
	}{
		{"in the middle", of("<set" + set + "><max>10</max><after>z</after></set>"), middle, "<max>10</max><after>l&lt;1</after>", "<max>10</max><before>f&amp;1</before>"},
		{"no max", of("<set" + set + "><before>z</before></set>"), middle, "<after>l&lt;1</after>", "<before>f&amp;1</before>"},
		{"paged by the server", of(""), middle, "<after>l&lt;1</after>", ErrFirst.Error()},
		{"the first", of("<set" + set + "><max>5</max></set>"), page("<first index='0'>f</first><last>l</last>"), "<max>5</max><after>l</after>", ErrFirst.Error()},
		{"the first, from behind", of("<set" + set + "><max>5</max><before>q</before></set>"), page("<first index='0'>f</first><last>l</last>"), "<max>5</max><after>l</after>", ErrFirst.Error()},
		{"behind the end", of("<set" + set + "><max>5</max><after>q</after></set>"), page("<count>7</count>"), ErrLast.Error(), "<max>5</max><before/>"},
		{"before the start", of("<set" + set + "><max>5</max><before>q</before></set>"), page("<count>7</count>"), "<max>5</max>", ErrFirst.Error()},
		{"nothing there", of("<set" + set + "><max>5</max></set>"), page("<count>0</count>"), ErrLast.Error(), ErrFirst.Error()},
		{"no pages", of(""), "<iq type='result' id='old'><query xmlns='" + items + "'/></iq>", ErrNoSet.Error(), ErrNoSet.Error()},
		{"an error", of(""), "<iq type='error' id='old'><error type='cancel'/></iq>", ErrNoSet.Error(), ErrNoSet.Error()},
	} {
		for _, d := range []struct {
			word, want string
			ask        func(request, reply *stanza.Stanza, id string) (*stanza.Stanza, error)
		}{{"next", c.next, Next}, {"previous", c.previous, Previous}} {
			got, err := d.ask(parse(t, c.request), parse(t, c.reply), "n&w")
			if err != nil {
				if err.Error() != d.want {
					t.Errorf("%s, %s: %v, want %s", c.name, d.word, err, d.want)
				}
				continue
			}
			for _, want := range []string{"id='n&amp;w'", "to='a@b' xml:lang='de'", "<kept/>", `<set xmlns="http://jabber.org/protocol/rsm">` + d.want + "</set>"} {
				if !strings.Contains(got.XML(), want) {
					t.Errorf("%s, %s: it lacks %s: %s", c.name, d.word, want, got.XML())
				}
			}
			if n := strings.Count(got.XML(), "<set"); n != 1 {
				t.Errorf("%s, %s: it has %d sets", c.name, d.word, n)
			}
		}
	}
}

func TestAnArchiveSaysThatItIsComplete(t *testing.T) {
	fin := parse(t, "<iq type='result'><fin xmlns='urn:xmpp:mam:2' complete='true'><set"+set+"><first>a</first><last>b</last></set></fin></iq>")
	ask := func(inner string) *stanza.Stanza {
		return parse(t, "<iq type='set'><query xmlns='urn:xmpp:mam:2'>"+inner+"</query></iq>")
	}
	forwards, backwards := ask("<set"+set+"><after>x</after></set>"), ask("<set"+set+"><before/></set>")
	if _, err := Next(forwards, fin, "i"); !errors.Is(err, ErrLast) {
		t.Errorf("forwards, there is more: %v", err)
	}
	if _, err := Previous(backwards, fin, "i"); !errors.Is(err, ErrFirst) {
		t.Errorf("backwards, there is more: %v", err)
	}
	if got, err := Previous(forwards, fin, "i"); err != nil || !strings.Contains(got.XML(), `<iq id="i" type='set'>`) || !strings.Contains(got.XML(), "<before>a</before>") {
		t.Errorf("%v: %v", got, err)
	}
}

func TestAnEmptyElementTakesTheSet(t *testing.T) {
	request := parse(t, "<iq type='get'><p:query xmlns:p='"+items+"'/></iq>")
	reply := parse(t, "<iq type='result'><query xmlns='"+items+"'><set"+set+"><first>a</first><last>b</last></set></query></iq>")
	got, err := Next(request, reply, "i")
	if err != nil || !strings.Contains(got.XML(), "</set></p:query></iq>") {
		t.Errorf("%v: %v", got, err)
	}
}
