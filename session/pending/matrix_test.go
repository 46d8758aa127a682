package pending

import (
	"cmp"
	"strings"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// senders are the columns of the matrices below, in their order; the first is no
// sender at all.
var (
	clientsSenders = []sender{
		{"no sender", ""},
		{"own bare JID", "juliet@capulet.example"},
		{"own domain", "capulet.example"},
		{"own full JID", "juliet@capulet.example/balcony"},
		{"the peer", "romeo@montague.example/phone"},
		{"the peer's bare JID", "romeo@montague.example"},
		{"the peer's domain", "montague.example"},
		{"a stranger", "tybalt@capulet.example/phone"},
		{"no JID", "romeo@@montague.example/phone"},
	}
	componentsSenders = []sender{
		{"no sender", ""},
		{"own bare JID", "echo@bots.example"},
		{"own domain", "bots.example"},
		{"own full JID", "echo@bots.example/x"},
		{"the peer", "romeo@montague.example/phone"},
		{"the peer's bare JID", "romeo@montague.example"},
		{"the peer's domain", "montague.example"},
		{"a stranger", "silent@bots.example/x"},
		{"no JID", "romeo@@montague.example/phone"},
	}
)

type sender struct{ name, from string }

// asked is a kind of request with what it accepts from each of the senders: yes,
// len in lenient mode only, a dash not at all. It is the table of docs/reply-rule.md
// written out by hand, and the rows are those of docs/acceptance-rows.md.
type asked struct {
	row, name, to, typ string
	unbound            bool
	//       none own@ own  own/ peer bare host else bad
	accepted string
}

var clientsMatrix = []asked{
	{"row 22", "no to", "", "result", false,
		"     yes  yes  len  len  -    -    -    -    -"},
	{"row 22", "no to", "", "error", false,
		"     yes  yes  len  len  -    -    -    -    -"},
	{"row 22", "own bare JID", "juliet@capulet.example", "result", false,
		"     yes  yes  len  len  -    -    -    -    -"},
	{"row 22", "own bare JID", "juliet@capulet.example", "error", false,
		"     yes  yes  len  len  -    -    -    -    -"},
	{"row 22", "own domain", "capulet.example", "result", false,
		"     len  len  yes  -    -    -    -    -    -"},
	{"row 22", "own domain", "capulet.example", "error", false,
		"     len  len  yes  -    -    -    -    -    -"},
	{"row 26", "own full JID", "juliet@capulet.example/balcony", "result", false,
		"     -    -    -    yes  -    -    -    -    -"},
	{"row 26", "own full JID", "juliet@capulet.example/balcony", "error", false,
		"     yes  yes  -    yes  -    -    -    -    -"},
	{"row 21", "another JID", "romeo@montague.example/phone", "result", false,
		"     -    -    -    -    yes  len  len  -    -"},
	{"row 21", "another JID", "romeo@montague.example/phone", "error", false,
		"     -    -    -    -    yes  len  len  -    -"},
	{"row 25", "another JID before binding", "romeo@montague.example/phone", "result", true,
		"     yes  yes  yes  yes  yes  yes  yes  yes  yes"},
	{"row 25", "another JID before binding", "romeo@montague.example/phone", "error", true,
		"     yes  yes  yes  yes  yes  yes  yes  yes  yes"},
}

// A component asks as echo@bots.example/x. It is never unbound, and never takes a
// reply without from; in place of the unbound row stands a component that asks
// somebody's bare JID.
var componentsMatrix = []asked{
	{"row 22", "no to", "", "result", false,
		"     -    yes  len  len  -    -    -    -    -"},
	{"row 22", "no to", "", "error", false,
		"     -    yes  len  len  -    -    -    -    -"},
	{"row 22", "own bare JID", "echo@bots.example", "result", false,
		"     -    yes  len  len  -    -    -    -    -"},
	{"row 22", "own bare JID", "echo@bots.example", "error", false,
		"     -    yes  len  len  -    -    -    -    -"},
	{"row 22", "own domain", "bots.example", "result", false,
		"     -    len  yes  -    -    -    -    -    -"},
	{"row 22", "own domain", "bots.example", "error", false,
		"     -    len  yes  -    -    -    -    -    -"},
	{"row 26", "own full JID", "echo@bots.example/x", "result", false,
		"     -    -    -    yes  -    -    -    -    -"},
	{"row 26", "own full JID", "echo@bots.example/x", "error", false,
		"     -    yes  -    yes  -    -    -    -    -"},
	{"row 21", "another JID", "romeo@montague.example/phone", "result", false,
		"     -    -    -    -    yes  len  len  -    -"},
	{"row 21", "another JID", "romeo@montague.example/phone", "error", false,
		"     -    -    -    -    yes  len  len  -    -"},
	{"row 21", "another's bare JID", "romeo@montague.example", "result", false,
		"     -    -    -    -    -    yes  len  -    -"},
	{"row 21", "another's bare JID", "romeo@montague.example", "error", false,
		"     -    -    -    -    -    yes  len  -    -"},
}

// Fault 2: each cell of the matrix, strict and lenient.
func TestWhichReplyBelongsToAClientsRequest(t *testing.T) {
	testMatrix(t, clientsMatrix, clientsSenders, func(row asked, lenient bool) asker {
		id := Identity{Lenient: lenient}
		if !row.unbound {
			id.Own = xmpptest.JID(t, own)
		}
		return asker{id: id, scope: stanza.ClientScope()}
	})
}

// Fault 2, for a component.
func TestWhichReplyBelongsToAComponentsRequest(t *testing.T) {
	testMatrix(t, componentsMatrix, componentsSenders, func(_ asked, lenient bool) asker {
		return asker{Identity{Own: xmpptest.JID(t, "bots.example"), Component: true, Lenient: lenient}, "echo@bots.example/x", stanza.ComponentScope()}
	})
}

// asker is who sends the request and gets the reply.
type asker struct {
	id      Identity
	address string // the request's from and the reply's to
	scope   stanza.Scope
}

func testMatrix(t *testing.T, matrix []asked, senders []sender, as func(row asked, lenient bool) asker) {
	cells := 0
	for _, row := range matrix {
		columns := strings.Fields(row.accepted)
		if len(columns) != len(senders) {
			t.Fatalf("row %s has %d columns", row.name, len(columns))
		}
		for i, column := range columns {
			for _, mode := range []string{"strict", "lenient"} {
				cells++
				name := row.row + ": request to " + row.name + "/" + row.typ + " from " + senders[i].name + "/" + mode
				t.Run(name, func(t *testing.T) {
					testCell(t, as(row, mode == "lenient"), row.to, row.typ, senders[i].from, column)
				})
			}
		}
	}
	if cells != 6*9*2*2 {
		t.Errorf("the matrix has %d cells", cells)
	}
}

func testCell(t *testing.T, as asker, to, typ, from, column string) {
	table := New(as.id)
	r, err := table.Add(xmpptest.StanzaIn(t, as.scope, iq("get", "q", as.address, to)), 0, start)
	if err != nil {
		t.Fatal(err)
	}
	table.Sent(r, start)
	reply := xmpptest.StanzaIn(t, as.scope, iq(typ, "q", from, as.address))
	j := table.Judge(reply, at(1))

	accepted := column == "yes" || column == "len" && as.id.Lenient
	switch {
	case accepted && (j.Verdict != stanza.VerdictReply || r.Reply != reply || string(r.Outcome) != typ):
		t.Errorf("not accepted: %+v, outcome %q", j, r.Outcome)
	case !accepted && (j.Verdict != stanza.VerdictWrongSender || !r.Ended.IsZero() || r.Refused != 1 || table.Len() != 1):
		t.Errorf("not refused: %+v, outcome %q", j, r.Outcome)
	}
	if flagged := accepted && column == "len"; j.Lenient != flagged {
		t.Errorf("flagged as lenient: %v, want %v", j.Lenient, flagged)
	}
	if j.Request != r || j.Serial != r.Serial {
		t.Errorf("the judgement does not name the request: %+v", j)
	}
}

func TestTheOwnFullJIDAnswersForTheServerInLenientModeOnly(t *testing.T) {
	for _, to := range []string{"", "juliet@capulet.example"} {
		t.Run("row 23: request to "+cmp.Or(to, "nobody"), func(t *testing.T) {
			id := Identity{Own: xmpptest.JID(t, own)}
			strict, lenient := New(id), New(Identity{Own: id.Own, Lenient: true})
			for _, table := range []*Table{strict, lenient} {
				sent(t, table, iq("get", "q", "", to), 0)
			}
			reply := xmpptest.Stanza(t, iq("result", "q", own, own))
			if j := strict.Judge(reply, at(1)); j.Verdict != stanza.VerdictWrongSender || j.Note != "not our own account (lenient mode accepts it); still waiting" {
				t.Errorf("strict: %+v", j)
			}
			if j := lenient.Judge(reply, at(1)); j.Verdict != stanza.VerdictReply || !j.Lenient || j.Note != "not our own account; accepted by lenient mode" {
				t.Errorf("lenient: %+v", j)
			}
		})
	}
}

// Fault 3: replies from equal and from similar addresses.
func TestAddressesCompareAfterPreparation(t *testing.T) {
	for _, row := range []struct {
		name, to, from string
		same           bool
	}{
		{"upper case in the local part", "ROMEO@montague.example/phone", "romeo@montague.example/phone", true},
		{"upper case in the domain", "romeo@MONTAGUE.example/phone", "romeo@montague.EXAMPLE/phone", true},
		{"upper case in a domain alone", "LOCALHOST", "localhost", true},
		{"upper case in the resource", "romeo@montague.example/Phone", "romeo@montague.example/phone", false},
		{"an A-label", "romeo@xn--bcher-kva.example", "romeo@bücher.example", true},
		{"an upper-case U-label", "romeo@BÜCHER.example", "romeo@bücher.example", true},
		{"another U-label", "romeo@bücher.example", "romeo@bucher.example", false},
		{"a dot at the end", "romeo@montague.example./phone", "romeo@montague.example/phone", true},
		{"two dots at the end", "montague.example", "montague.example..", false},
		{"IPv6 in another spelling", "[2001:db8:0:0:0:0:0:1]", "[2001:DB8::1]", true},
		{"another IPv6 address", "[2001:db8::1]", "[2001:db8::2]", false},
		{"a resource that was not asked for", "montague.example", "montague.example/x", false},
		{"white space around it", "montague.example", " montague.example", false},
		{"a look-alike", "romeo@montague.example", "rоmeo@montague.example", false},
		{"characters written as references", "romeo@montague.example/&", "romeo@montague.example/&", true},
	} {
		for _, pair := range [][2]string{{row.to, row.from}, {row.from, row.to}} {
			if _, err := stanza.ParseJID(pair[0]); err != nil {
				continue // what is no address cannot be asked
			}
			t.Run("row 24: "+row.name, func(t *testing.T) {
				table := client(t)
				r := sent(t, table, iq("get", "q", "", pair[0]), 0)
				j := table.Judge(xmpptest.Stanza(t, iq("result", "q", pair[1], "")), at(1))
				if got := j.Verdict == stanza.VerdictReply && !r.Ended.IsZero(); got != row.same {
					t.Errorf("request to %q, reply from %q: %s", pair[0], pair[1], j.Verdict)
				}
			})
		}
	}
}

func TestOwnAddressComparesAfterPreparation(t *testing.T) {
	table := New(Identity{Own: xmpptest.JID(t, "JULIET@Capulet.example/balcony")})
	sent(t, table, iq("get", "q", "", "Juliet@CAPULET.example"), 0)
	if j := table.Judge(xmpptest.Stanza(t, iq("result", "q", "", "jULIET@capulet.example/balcony")), at(1)); j.Verdict != stanza.VerdictReply {
		t.Errorf("judgement is %+v", j)
	}
}

func TestWhatIsNoAddressIsBouncedFromTheSameText(t *testing.T) {
	for from, want := range map[string]stanza.Verdict{
		"romeo@@montague": stanza.VerdictReply,
		"tybalt@@capulet": stanza.VerdictWrongSender,
		"":                stanza.VerdictWrongSender,
		"capulet.example": stanza.VerdictWrongSender,
	} {
		table := client(t)
		sent(t, table, iq("get", "q", "", "romeo@@montague"), 0)
		j := table.Judge(xmpptest.Stanza(t, iq("error", "q", from, "")), at(1))
		if j.Verdict != want {
			t.Errorf("from %q: %s, want %s", from, j.Verdict, want)
		}
	}
}
