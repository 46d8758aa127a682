package stanza_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

const benchHeader = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='localhost' id='d4f2' version='1.0' xml:lang='en'>`

// repeat writes items between a head and a tail until the stanza has that size.
func repeat(size int, head, item, tail string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := 0; b.Len()+len(tail) < size; i++ {
		fmt.Fprintf(&b, item, i)
	}
	return b.String() + tail
}

// benchStanzas are replies as servers send them: to a ping, to a question for service discovery,
// and a large roster.
var benchStanzas = []struct{ name, xml string }{
	{"92B", `<iq type='result' id='q7f2a9' to='juliet@example.com/balcony' from='romeo@example.net'></iq>`},
	{"1.3kB", repeat(1300, `<iq type='result' id='q7f2' to='juliet@localhost/balcony' from='localhost'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im' name='Prosody'/>`,
		`<feature var='http://jabber.org/protocol/feature#%d'/>`, `</query></iq>`)},
	{"70kB", repeat(70_000, `<iq type='result' id='q7f2' to='juliet@localhost/balcony' from='localhost'><query xmlns='jabber:iq:roster' ver='ver14'>`,
		`<item jid='friend%d@capulet.example' name='Friend of Juliet' subscription='both'><group>Friends &amp; family</group></item>`, `</query></iq>`)},
}

// readStanzas reads a stream as a connection does, and returns how many stanzas were in it.
func readStanzas(sc *stanza.Scanner, r io.Reader) (stanzas int) {
	in := stanza.NewReader(sc)
	for {
		switch s, err := in.Next(); err {
		case nil:
			if s.HasID() && s.Type() == stanza.Result {
				stanzas++
			}
		case stanza.ErrMore:
			if _, err := sc.Fill(r); err != nil {
				return stanzas
			}
		default:
			panic(err)
		}
	}
}

// scanTokens takes the tokens of a stream, and lets each stanza go.
func scanTokens(sc *stanza.Scanner, r io.Reader) (stanzas int) {
	for {
		switch t, err := sc.Next(); err {
		case nil:
			if t.Kind == xmlscan.End && t.Depth == 2 {
				stanzas++
				sc.Release(t.End)
			}
		case stanza.ErrMore:
			if _, err := sc.Fill(r); err != nil {
				return stanzas
			}
		default:
			panic(err)
		}
	}
}

// decodeTokens does the same with encoding/xml.
func decodeTokens(token func() (xml.Token, error)) (stanzas int) {
	for depth := 0; ; {
		switch t, err := token(); t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			if depth--; depth == 1 {
				stanzas++
			}
		case nil:
			if err != io.EOF && stanzas == 0 {
				panic(err)
			}
			return stanzas
		}
	}
}

// BenchmarkHeader reads the same stream by several ways in turns: by a Reader, which gives stanzas with
// their headers; by the scanner below it; by encoding/xml; and by a framer, which only finds where
// stanzas end. Of each way the best turn counts, so that the ratios hold whatever else the machine does;
// turns are too short for a collection of garbage in each, so allocations are counted by themselves. A
// ratio is the other's time by the Reader's, or by the scanner's: above 1, ours is faster.
func BenchmarkHeader(b *testing.B) {
	const rounds = 20
	for _, row := range benchStanzas {
		b.Run(row.name, func(b *testing.B) {
			n := max(1, 20_000/len(row.xml))
			input := []byte(benchHeader + strings.Repeat(row.xml, n))
			limits := stanza.Limits{}
			sc := stanza.NewScanner(limits)
			limits.ElementDepth = 2
			var f framer
			r := bytes.NewReader(nil)
			ways := []func() int{
				func() int { sc.Reset(limits, stanza.Namespaces{}); return readStanzas(sc, r) },
				func() int { sc.Reset(limits, stanza.Namespaces{}); return scanTokens(sc, r) },
				func() int { return f.count(r) },
				func() int { return decodeTokens(xml.NewDecoder(r).Token) },
				func() int { return decodeTokens(xml.NewDecoder(r).RawToken) },
			}
			best := make([]float64, len(ways)) // seconds
			for b.Loop() {
				for turn := range rounds * len(ways) {
					i := turn % len(ways)
					r.Reset(input)
					begun := time.Now()
					got := ways[i]()
					if took := time.Since(begun).Seconds(); best[i] == 0 || took < best[i] {
						best[i] = took
					}
					if got != n {
						b.Fatalf("way %d finds %d stanzas, want %d", i, got, n)
					}
				}
			}
			const header, scan, framer, token, rawToken = 0, 1, 2, 3, 4
			b.ReportMetric(best[header]*1e9/float64(n), "ns/stanza")
			b.ReportMetric(float64(len(input))/1e6/best[header], "MB/s")
			b.ReportMetric(best[framer]/best[header], "of-framer")
			b.ReportMetric(best[token]/best[header], "of-Token")
			b.ReportMetric(best[rawToken]/best[header], "of-RawToken")
			b.ReportMetric(best[framer]/best[scan], "scan-of-framer")
			b.ReportMetric(best[token]/best[scan], "scan-of-Token")
			allocs := func(way func() int) float64 {
				count := func(text []byte) float64 {
					return testing.AllocsPerRun(5, func() { r.Reset(text); way() })
				}
				one := benchHeader + row.xml // with what a Reader keeps of the first
				return (count([]byte(one+strings.Repeat(row.xml, n))) - count([]byte(one))) / float64(n)
			}
			b.ReportMetric(allocs(ways[header]), "allocs/stanza")
			b.ReportMetric(allocs(ways[scan]), "scan-allocs/stanza")
		})
	}
}
