package pending

import (
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
)

// senders are the columns of the matrix below, in its order.
var senders = []struct{ name, from string }{
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

// matrix is the table of iq.md §4, written out: yes is accepted, len in lenient
// mode only, a dash not at all.
var matrix = []struct {
	name, to, typ string
	unbound       bool
	//       none own@ own  own/ peer bare host else bad
	accepted string
}{
	{"no to", "", "result", false,
		"     yes  yes  len  len  -    -    -    -    -"},
	{"no to", "", "error", false,
		"     yes  yes  len  len  -    -    -    -    -"},
	{"own bare JID", "juliet@capulet.example", "result", false,
		"     yes  yes  len  len  -    -    -    -    -"},
	{"own bare JID", "juliet@capulet.example", "error", false,
		"     yes  yes  len  len  -    -    -    -    -"},
	{"own domain", "capulet.example", "result", false,
		"     len  len  yes  -    -    -    -    -    -"},
	{"own domain", "capulet.example", "error", false,
		"     len  len  yes  -    -    -    -    -    -"},
	{"own full JID", "juliet@capulet.example/balcony", "result", false,
		"     -    -    -    yes  -    -    -    -    -"},
	{"own full JID", "juliet@capulet.example/balcony", "error", false,
		"     yes  yes  -    yes  -    -    -    -    -"},
	{"another JID", "romeo@montague.example/phone", "result", false,
		"     -    -    -    -    yes  len  len  -    -"},
	{"another JID", "romeo@montague.example/phone", "error", false,
		"     -    -    -    -    yes  len  len  -    -"},
	{"unbound", "romeo@montague.example/phone", "result", true,
		"     yes  yes  yes  yes  yes  yes  yes  yes  yes"},
	{"unbound", "romeo@montague.example/phone", "error", true,
		"     yes  yes  yes  yes  yes  yes  yes  yes  yes"},
}

func TestWhichReplyBelongsToWhichRequest(t *testing.T) {
	cells := 0
	for _, row := range matrix {
		columns := strings.Fields(row.accepted)
		if len(columns) != len(senders) {
			t.Fatalf("row %s has %d columns", row.name, len(columns))
		}
		for i, column := range columns {
			for _, lenient := range []bool{false, true} {
				cells++
				mode := "strict"
				if lenient {
					mode = "lenient"
				}
				t.Run(strings.Join([]string{"request to " + row.name, row.typ + " from " + senders[i].name, mode}, "/"), func(t *testing.T) {
					id := Identity{Lenient: lenient}
					if !row.unbound {
						id.Own = mustJID(t, own)
					}
					testCell(t, id, row.to, row.typ, senders[i].from, column)
				})
			}
		}
	}
	if cells != 6*9*2*2 {
		t.Errorf("the matrix has %d cells", cells)
	}
}

func testCell(t *testing.T, id Identity, to, typ, from, column string) {
	table := New(id)
	r := sent(t, table, iq("get", "q", "", to), 0)
	reply := parse(t, iq(typ, "q", from, ""))
	j := table.Judge(reply, at(1))

	accepted := column == "yes" || column == "len" && id.Lenient
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
			table := client(t)
			r := sent(t, table, iq("get", "q", "", pair[0]), 0)
			j := table.Judge(parse(t, iq("result", "q", pair[1], "")), at(1))
			if got := j.Verdict == stanza.VerdictReply && !r.Ended.IsZero(); got != row.same {
				t.Errorf("%s: request to %q, reply from %q: %s", row.name, pair[0], pair[1], j.Verdict)
			}
		}
	}
}

func TestOwnAddressComparesAfterPreparation(t *testing.T) {
	table := New(Identity{Own: mustJID(t, "JULIET@Capulet.example/balcony")})
	sent(t, table, iq("get", "q", "", "Juliet@CAPULET.example"), 0)
	if j := table.Judge(parse(t, iq("result", "q", "", "jULIET@capulet.example/balcony")), at(1)); j.Verdict != stanza.VerdictReply {
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
		j := table.Judge(parse(t, iq("error", "q", from, "")), at(1))
		if j.Verdict != want {
			t.Errorf("from %q: %s, want %s", from, j.Verdict, want)
		}
	}
}
