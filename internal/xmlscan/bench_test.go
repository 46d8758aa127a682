package xmlscan

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

const streamHeader = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='localhost' id='d4f2' version='1.0' xml:lang='en'>`

// discoReply is a service discovery reply of 1.3 kB, as servers send it.
var discoReply = func() string {
	var b strings.Builder
	b.WriteString(`<iq type='result' id='q7f2' to='juliet@localhost/balcony' from='localhost'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im' name='Prosody'/>`)
	for i := 0; b.Len() < 1290; i++ {
		fmt.Fprintf(&b, `<feature var='http://jabber.org/protocol/feature#%d'/>`, i)
	}
	b.WriteString(`</query></iq>`)
	return b.String()
}()

// discoStream is a stream of n such replies.
func discoStream(n int) []byte {
	return []byte(streamHeader + strings.Repeat(discoReply, n))
}

// scanStream scans all of a stream the way a connection does: filled piece by
// piece, released stanza by stanza.
func scanStream(s *Scanner, r io.Reader) (tokens int) {
	for {
		t, err := s.Next()
		switch err {
		case nil:
			tokens++
			if t.Kind == End && t.Depth == 2 {
				s.Release(t.End)
			}
		case ErrMore:
			if _, err := s.Fill(r); err != nil {
				return tokens
			}
		default:
			panic(err)
		}
	}
}

func decodeStream(r io.Reader) (tokens int) {
	d := xml.NewDecoder(r)
	for {
		if _, err := d.Token(); err != nil {
			return tokens
		}
		tokens++
	}
}

// BenchmarkScanVsEncodingXML runs both over the same stream in turns, so that
// the ratio holds whatever else the machine does.
func BenchmarkScanVsEncodingXML(b *testing.B) {
	const replies = 100
	input := discoStream(replies)
	limits := Limits{ElementDepth: 2}
	var ours, theirs time.Duration
	s := New(limits, Scope{})
	for b.Loop() {
		start := time.Now()
		s.Reset(limits, Scope{})
		if n := scanStream(s, bytes.NewReader(input)); n < 1000 {
			b.Fatalf("only %d tokens", n)
		}
		ours += time.Since(start)

		start = time.Now()
		decodeStream(bytes.NewReader(input))
		theirs += time.Since(start)
	}
	megabytes := float64(len(input)) * float64(b.N) / 1e6
	b.ReportMetric(megabytes/ours.Seconds(), "MB/s")
	b.ReportMetric(megabytes/theirs.Seconds(), "encoding/xml-MB/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ratio")
	reader := bytes.NewReader(nil)
	b.ReportMetric(testing.AllocsPerRun(5, func() {
		reader.Reset(input)
		s.Reset(limits, Scope{})
		scanStream(s, reader)
	})/replies, "allocs/stanza")
}
