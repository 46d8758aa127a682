package inspect

import (
	"fmt"
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/tui/keys"
)

// labelled is the view of fields of a reply, without its header.
func labelled(t *testing.T, request, reply string, width, height int) string {
	t.Helper()
	p := newPane()
	s := &Subject{Number: 1, Entry: journal.Entry{Dir: stanza.In, Stanza: parse(t, reply)}}
	if request != "" {
		s.Request = &session.Exchange{Stanza: parse(t, request), Reply: s.Entry.Stanza, Outcome: stanza.OutcomeResult}
	}
	p.SetSubject(s)
	p.ShowFields()
	text := shows(p, width, height)
	_, text, _ = strings.Cut(text, "bytes")
	var lines []string
	for i, line := range strings.Split(text, "\n") {
		if i > 1 {
			lines = append(lines, strings.TrimRight(line, " "))
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func result(inner string) string { return "<iq type='result' id='a' from='x@y'>" + inner + "</iq>" }

func TestAReplyIsShownByItsNames(t *testing.T) {
	const version = "<iq type='get' id='a'><query xmlns='jabber:iq:version'/></iq>"
	for _, c := range []struct{ name, request, reply, want string }{
		{"values", version, result("<query xmlns='jabber:iq:version'><name>Pro\x7fsody</name><version>1</version><os>Debian\nGNU</os></query>"), `
version  XEP-0092 Software Version
 name     Pro␡sody
 version  1
 os       Debian
          GNU`},
		{"a table", "", result("<query xmlns='http://jabber.org/protocol/disco#items'><item jid='a@b' name='An\u202eA'/><item jid='longer@b'/><odd xmlns='urn:o' x='1'/></query>"), `
disco_items  XEP-0030 Service Discovery

 item  2
   jid       name
   a@b       An<U+202E>A
   longer@b

 not known to the catalogue
   odd {urn:o}  x=1`},
		{"a secret and a flag", "", result("<query xmlns='jabber:iq:register'><registered/><username>me</username><password>s3cret</password></query>"), `
register  XEP-0077 In-Band Registration
 registered  yes
 username    me
 password    •••`},
		{"a form", "", result("<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='form'><title>Room</title><instructions>Fill it in.</instructions>" +
			"<field var='FORM_TYPE' type='hidden'><value>urn:about</value></field><field var='b' type='boolean' label='Public?'><value>1</value></field>" +
			"<field type='fixed'><value>Section</value></field><field var='who' type='list-single'><required/><value>a</value><option label='Anyone'><value>a</value></option><option><value>b</value></option></field>" +
			"<field var='p' type='text-private'><value>s3cret</value></field><field var='g' type='geo'/></x></query>"), `
muc_owner  XEP-0045 Multi-User Chat

 form: Room
 about urn:about
 Fill it in.
 Public?  yes
 Section
 who      Anyone (a)  required, one of 2
 p        •••
 g        –  of the unknown type geo`},
		{"a result in rows", "", result("<command xmlns='http://jabber.org/protocol/commands' node='n' status='completed'><note type='warn'>Mind.</note><x xmlns='jabber:x:data' type='result'><reported><field var='u' label='User'/><field var='ip'/></reported><item><field var='u'><value>me</value></field><field var='ip'><value>::1</value><value>::2</value></field></item></x></command>"), `
command  XEP-0050 Ad-Hoc Commands
 node    n
 status  completed  it is done

 note  1
   type  text
   warn  Mind.

 form (result)
 items  1
   User  ip
   me    ::1, ::2`},
		{"of the wrong kind", version, result("<q xmlns='urn:q'/>"), `
! The answer to version is <query/> of jabber:iq:version, and this has <q/> of urn:q.

 q {urn:q}`},
		{"with nothing", version, result(""), "! The answer to version is <query/> of jabber:iq:version, and this has nothing."},
	} {
		if got := labelled(t, c.request, c.reply, 90, 40); got != strings.TrimSpace(c.want) {
			t.Errorf("%s is shown as\n%s\nwant\n%s", c.name, got, strings.TrimSpace(c.want))
		}
	}
}

func TestATableFitsItsRoom(t *testing.T) {
	long := strings.Repeat("long-name-", 100)
	reply := result("<query xmlns='http://jabber.org/protocol/disco#items'><item jid='" + long + "@b' node='" + long + "' name='" + long + "'/><item jid='a' name='世界'/></query>")
	for width := 20; width < 100; width += 7 {
		for _, line := range strings.Split(labelled(t, "", reply, width, 40), "\n") {
			if n := len([]rune(line)); n > width {
				t.Errorf("at %d a line has %d cells: %q", width, n, line)
			}
		}
	}
}

func TestTenThousandRowsAreBounded(t *testing.T) {
	var items strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&items, "<item jid='r%d@c'/>", i)
	}
	p := newPane()
	p.SetSubject(&Subject{Number: 1, Entry: journal.Entry{Dir: stanza.In, Stanza: parse(t, result("<query xmlns='http://jabber.org/protocol/disco#items'>"+items.String()+"</query>"))}})
	cmd := p.Prepare(look(80, 10))
	if cmd == nil {
		t.Fatal("they are laid out at once")
	}
	p.Accept(cmd())
	shows(p, 80, 10)
	p.Do(keys.End)
	if got := shows(p, 80, 10); len(p.lines) > mostFields+5 || !strings.Contains(got, "more: see xml") {
		t.Errorf("there are %d lines, the last ones\n%s", len(p.lines), got)
	}
}
