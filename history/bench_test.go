package history_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// many is how many entries the searches of the benchmark go over. For the figures of a large history:
//
//	go test ./history -run '^$' -bench Search -many 1000000 -manyin /tmp/many -timeout 1h
var (
	many   = flag.Int("many", 20_000, "entries that searches are measured with")
	manyIn = flag.String("manyin", "", "the folder in which they stay for the next time")
)

// crowd makes exchanges as a long use of the program leaves them: many addresses, payloads, names.
type crowd struct {
	random *rand.Rand
	serial uint64
	size   int // bytes of a request and its reply together, about
}

func newCrowd(size int) *crowd { return &crowd{random: rand.New(rand.NewPCG(1, 2)), size: size} }

var (
	crowdSpaces = []string{"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items", "jabber:iq:version",
		"urn:xmpp:ping", "jabber:iq:roster", "http://jabber.org/protocol/pubsub", "urn:xmpp:mam:2", "jabber:iq:last"}
	crowdHosts = []string{"example.net", "pubsub.example.net", "conference.example.net", "upload.example.net"}
)

func (c *crowd) next(t testing.TB) exchange.Exchange {
	c.serial++
	r := c.random
	id := fmt.Sprintf("%08x", r.Uint32())
	to := crowdHosts[r.IntN(len(crowdHosts))]
	if r.IntN(2) == 0 {
		to = fmt.Sprintf("user%d@example.net/phone", r.IntN(500))
	}
	space := crowdSpaces[r.IntN(len(crowdSpaces))]
	if r.IntN(10_000) == 0 {
		space = "urn:example:rare"
	}
	x := exchange.New(parsed(t, `<iq type='get' id='%s' to='%s'><query xmlns='%s'/></iq>`, id, to, space))
	x.Serial = c.serial
	x.Sent = start.Add(time.Duration(c.serial) * 30 * time.Second)
	x.Queued, x.Deadline, x.Timeout = x.Sent, x.Sent.Add(30*time.Second), 30*time.Second
	x.RTT = time.Duration(r.IntN(1e9))
	x.Ended = x.Sent.Add(x.RTT)
	if r.IntN(50_000) == 0 {
		return ended(x, stanza.OutcomeTimeout, nil)
	}
	var items strings.Builder
	for items.Len() < c.size-250 {
		fmt.Fprintf(&items, "<item jid='room%d@conference.example.net' name='room %x of many'/>", r.IntN(3000), r.Uint32())
	}
	x.Outcome = stanza.OutcomeResult
	x.Reply = parsed(t, `<iq type='result' id='%s' from='%s' to='juliet@example.net/balcony'><query xmlns='%s'>%s</query></iq>`, id, to, space, items.String())
	return x
}

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkKeep(b *testing.B) {
	for _, size := range []int{1 << 10, 10 << 10} {
		b.Run(fmt.Sprintf("%dkB", size>>10), func(b *testing.B) {
			h := opened(b, history.Options{Limits: history.Limits{Age: -1, Bytes: -1}})
			c := newCrowd(size)
			all := make([]exchange.Exchange, 2000)
			for i := range all {
				all[i] = c.next(b)
			}
			b.ResetTimer()
			before := cpu()
			for n := range b.N {
				x := all[n%len(all)]
				x.Serial = uint64(n + 1)
				h.Keep(x, juliet)
				if n%1000 == 999 {
					kept(b, h)
				}
			}
			kept(b, h)
			b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-µs/entry")
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	folder := *manyIn
	if folder == "" {
		folder = b.TempDir()
	}
	h := openedAt(b, filepath.Join(folder, "history", "history.db"), history.Options{Limits: history.Limits{Age: -1, Bytes: -1}})
	there := 0
	if ids := found(b, h, history.Query{Limit: 1}); len(ids) > 0 {
		there = int(ids[0])
	}
	c := newCrowd(600)
	for n := range *many - there {
		h.Keep(c.next(b), juliet)
		if n%5000 == 4999 {
			kept(b, h)
		}
	}
	kept(b, h)
	last := start.Add(time.Duration(*many) * 30 * time.Second)
	for _, row := range []struct {
		name string
		q    history.Query
	}{
		{"nothing", history.Query{}},
		{"word in each", history.Query{Words: "juliet "}},
		{"prefix of one letter", history.Query{Words: "i"}},
		{"prefix of one letter in all", history.Query{Words: "q"}},
		{"prefix of four letters", history.Query{Words: "quer"}},
		{"whole word as prefix", history.Query{Words: "juliet"}},
		{"prefix of many words", history.Query{Words: "room1"}},
		{"phrase", history.Query{Words: "disco#info "}},
		{"phrase begun", history.Query{Words: "disco#info"}},
		{"phrase begun shortly", history.Query{Words: "disco#in"}},
		{"rare word", history.Query{Words: "rare "}},
		{"no such word", history.Query{Words: "nowhere "}},
		{"word and rare outcome", history.Query{Words: "juliet ", Outcomes: []stanza.Outcome{stanza.OutcomeTimeout}}},
		{"word and target", history.Query{Words: "juliet ", Target: "user77@example.net"}},
		{"word and rare payload", history.Query{Words: "juliet ", Payload: "urn:example:rare"}},
		{"payload and target that never meet", history.Query{Payload: "urn:example:rare", Target: "user77@example.net"}},
		{"word and last hour", history.Query{Words: "juliet ", Since: last.Add(-time.Hour)}},
		{"word and an old hour", history.Query{Words: "juliet ", Since: start.Add(time.Hour), Until: start.Add(2 * time.Hour)}},
		{"old hour", history.Query{Since: start.Add(time.Hour), Until: start.Add(2 * time.Hour)}},
		{"two that exclude each other", history.Query{Payload: "urn:xmpp:ping", Words: "disco#info "}},
	} {
		b.Run(strings.ReplaceAll(row.name, " ", "-"), func(b *testing.B) {
			n := 0
			for range b.N {
				p, err := h.Search(b.Context(), row.q)
				if err != nil {
					b.Fatal(err)
				}
				n = len(p.Entries)
			}
			b.ReportMetric(float64(n), "entries")
		})
	}
}
