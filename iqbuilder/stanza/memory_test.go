package stanza

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"iqscope/internal/xmlscan"
)

// heldBy is how many bytes of memory the stanzas hold that a function makes.
func heldBy(made func() []*Stanza) int64 {
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what is in pools is gone after two
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	held := made()
	after := heap()
	runtime.KeepAlive(held)
	return after - before
}

// A log keeps what it is given: the bytes, and not much beside them.
func TestAStanzaCostsLittleMoreThanItsBytes(t *testing.T) {
	const n = 20_000
	const xml = `<iq type='result' id='q7f2a9' to='juliet@example.com/balcony' from='romeo@example.net'></iq>`
	for what, in := range map[string]int{"that come one by one": 1, "that come together": 500} {
		t.Run(what, func(t *testing.T) {
			got := heldBy(func() (kept []*Stanza) {
				r, sc := newReader(clientHeader)
				r.Next()
				for len(kept) < n {
					io.WriteString(sc, strings.Repeat(xml, in))
					for range in {
						s, err := r.Next()
						if err != nil || s.XML() != xml || s.ID() != "q7f2a9" {
							t.Fatal(s, err)
						}
						kept = append(kept, s)
					}
				}
				return kept
			})
			if each := got/n - 8; each > int64(len(xml))+80 { // a pointer of the slice is no part of it
				t.Errorf("a stanza of %d bytes takes %d", len(xml), each)
			}
		})
	}
}

// Bytes are copied together with those that follow, but hardly any that somebody else copies too.
func TestSmallStanzasBetweenLargeOnesCostLittleMoreThanTheirBytes(t *testing.T) {
	const n = 2000
	small, large := "<iq id='small'/>", "<iq>"+strings.Repeat("x", 5000)+"</iq>"
	got := heldBy(func() (kept []*Stanza) {
		r, sc := newReader(clientHeader)
		r.Next()
		for range n {
			io.WriteString(sc, strings.Repeat(small+large, 10))
			for i := range 20 {
				if s, err := r.Next(); err != nil {
					t.Fatal(err)
				} else if i%2 == 0 {
					kept = append(kept, s)
				}
			}
		}
		return kept
	})
	if each := got/n/10 - 8; each > 200 {
		t.Errorf("a stanza of %d bytes takes %d", len(small), each)
	}
}

func TestStanzasThatComeTogetherAreAllocatedTogether(t *testing.T) {
	r, sc := newReader(clientHeader)
	r.Next()
	const n = 1000
	input := []byte(strings.Repeat("<iq type='result' id='q7f2a9' to='juliet@example.com/balcony' from='romeo@example.net'></iq>", n))
	got := testing.AllocsPerRun(5, func() {
		sc.Write(input)
		for range n {
			if s, err := r.Next(); err != nil || s.ID() != "q7f2a9" {
				t.Fatal(s, err)
			}
		}
	})
	if got > n/5 {
		t.Errorf("%d stanzas cost %v allocations", n, got)
	}
}

// Who keeps a stanza keeps some of those beside it, but not many bytes of them.
func TestAStanzaThatIsKeptKeepsFewBytesBesideIt(t *testing.T) {
	for _, size := range []int{20, 100, 1000, 2000, 4000, 4100, 10_000} {
		const n, most = 50, 68 << 10
		xml := "<iq id='" + strings.Repeat("x", size) + "'/>"
		got := heldBy(func() (kept []*Stanza) {
			r, sc := newReader(clientHeader)
			r.Next()
			for range n {
				io.WriteString(sc, strings.Repeat(xml, 100))
				for i := range 100 {
					s, err := r.Next()
					if err != nil {
						t.Fatal(err)
					}
					if i == 0 {
						kept = append(kept, s)
					}
				}
			}
			return kept
		})
		if each := got / n; each > most {
			t.Errorf("one of %d bytes keeps %d", size, each)
		}
	}
}

func TestAStanzaWithItsHeaderCostsOneAllocation(t *testing.T) {
	r, sc := newReader(clientHeader)
	r.Next()
	reply := []byte(discoReply)
	got := testing.AllocsPerRun(100, func() {
		sc.Write(reply)
		if s, err := r.Next(); err != nil || s.ID() != "q7f2" || s.Payload().Space != NSDiscoInfo {
			t.Fatal(s, err)
		}
	})
	if got > 1 {
		t.Errorf("a stanza with header costs %v allocations", got)
	}
}

// Small stanzas are allocated together, but a large one must not be kept by a small one.
func TestAStanzaThatIsKeptKeepsNoLargeOneBesideIt(t *testing.T) {
	r, sc := newReader(clientHeader)
	r.Next()
	large := "<iq>" + strings.Repeat("x", 1000<<10) + "</iq>"
	held := heldBy(func() (kept []*Stanza) {
		for range 8 {
			io.WriteString(sc, large+"<iq id='small'/>")
			r.Next()
			s, err := r.Next()
			if err != nil || s.ID() != "small" {
				t.Fatal(s, err)
			}
			kept = append(kept, s)
		}
		return kept
	})
	if held > 1<<20 {
		t.Errorf("eight small stanzas keep %d bytes alive", held)
	}
	runtime.KeepAlive(r)
}

// White space keepalives and stanzas that went by must not pile up.
func TestAReaderHoldsNoMoreThanOneElement(t *testing.T) {
	r, sc := newReader(clientHeader)
	r.Next()
	space := []byte(strings.Repeat(" \n", 2<<10))
	reply := []byte(discoReply)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for range 4 << 10 {
		sc.Write(space)
		if _, err := r.Next(); !errors.Is(err, xmlscan.ErrMore) {
			t.Fatal(err)
		}
		sc.Write(reply)
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if grown := int64(heap()) - int64(before); grown > 1<<20 {
		t.Errorf("after 20 MiB of stream the reader holds %d bytes", grown)
	}
	io.WriteString(sc, "<iq>"+strings.Repeat("x", 1000<<10)+"</iq>")
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if grown := int64(heap()) - int64(before); grown > 512<<10 {
		t.Errorf("after a large stanza the reader holds %d bytes", grown)
	}
	runtime.KeepAlive(r)
}
