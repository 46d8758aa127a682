package journal

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

func annotate(j *Journal, seqs ...uint64) {
	for _, seq := range seqs {
		j.Annotate(seq, func(e *Entry) { e.Outcome = stanza.OutcomeTimeout })
	}
}

func TestChangesTellsWhatWasAnnotatedSinceAVersion(t *testing.T) {
	j := notes(New(Limits{}), 10)
	start := j.Version()
	for _, row := range []struct {
		name string
		do   func()
		want []uint64 // since the row before
	}{
		{"nothing", func() {}, nil},
		{"an annotation", func() { annotate(j, 3) }, []uint64{3}},
		{"nothing more", func() {}, nil},
		{"several, the newest first", func() { annotate(j, 7, 2, 7) }, []uint64{7, 2, 7}},
		{"appended entries are no changes", func() { notes(j, 5) }, nil},
		{"an annotation of what is not there", func() { annotate(j, 99) }, nil},
		{"far apart", func() { annotate(j, 1, 9) }, []uint64{9, 1}},
		{"the neighbour of one before the last", func() { annotate(j, 2) }, []uint64{2, 1}},
		{"between appended ones", func() { notes(j, 1); annotate(j, 16); notes(j, 1) }, []uint64{16}},
	} {
		before := j.Version()
		row.do()
		seqs, now, all := j.Changes(nil, before)
		if diff := cmp.Diff(row.want, seqs); diff != "" || all || now != j.Version() {
			t.Errorf("%s: changes (-want +got):\n%s all %v, version %d of %d", row.name, diff, all, now, j.Version())
		}
	}
	if seqs, _, _ := j.Changes(nil, start); len(seqs) != 8 {
		t.Errorf("since the start %v have changed, want 8", seqs)
	}
}

func TestMoreChangesThanAreRememberedAreTold(t *testing.T) {
	for n, want := range map[int]bool{Remembered - 1: false, Remembered: false, Remembered + 1: true} {
		j := notes(New(Limits{}), 1)
		since := j.Version()
		for range n {
			annotate(j, 1)
		}
		if seqs, _, all := j.Changes(nil, since); all != want || !all && len(seqs) != n {
			t.Errorf("after %d changes: %d are told, all %v", n, len(seqs), all)
		}
		if seqs, _, all := j.Changes(nil, j.Version()-1); all || len(seqs) != 1 {
			t.Errorf("after %d changes: the last one is %v, all %v", n, seqs, all)
		}
	}
}

// Replies and their requests are annotated in turns, each in the order in which they came.
func TestChangesOfNeighboursCountAsFew(t *testing.T) {
	const n = 4 * Remembered
	j := notes(New(Limits{}), 3*n)
	since := j.Version()
	for i := range uint64(n) {
		annotate(j, i+1, 2*n+i+1)
	}
	half := j.Version()
	seqs, _, all := j.Changes(nil, since)
	told := map[uint64]bool{}
	for _, seq := range seqs {
		told[seq] = true
	}
	if all || len(told) != 2*n || !told[1] || !told[n] || told[n+1] || !told[2*n+1] || !told[3*n] {
		t.Errorf("%d are told of, all %v", len(told), all)
	}
	annotate(j, n+1, n+2)
	if seqs, _, _ := j.Changes(nil, half); len(seqs) < 2 || len(seqs) > longestChange || seqs[0] != n+2 {
		t.Errorf("of two more %d are told of: %v", len(seqs), seqs)
	}
	for i := range uint64(n) { // many, and far apart
		annotate(j, i+1, n+i+1, 2*n+i+1)
	}
	if _, _, all := j.Changes(nil, half); !all {
		t.Error("changes are told of that nobody remembers")
	}
}

func TestWhoHasToLookAtManyLooksAtAll(t *testing.T) {
	j := notes(New(Limits{Bytes: 1 << 30}), mostTold+1)
	start := j.Version()
	for seq := range uint64(mostTold) {
		annotate(j, seq+1)
	}
	if seqs, _, all := j.Changes(nil, start); len(seqs) != mostTold || all {
		t.Errorf("%d are told of, all %v", len(seqs), all)
	}
	annotate(j, mostTold+1)
	if seqs, _, all := j.Changes(nil, start); len(seqs) > 0 || !all {
		t.Errorf("%d are told of, all %v", len(seqs), all)
	}
}

func TestChangesReusesItsBuffer(t *testing.T) {
	j := notes(New(Limits{}), 1)
	annotate(j, 1, 1, 1)
	buffer, _, _ := j.Changes(nil, 0)
	if allocs := testing.AllocsPerRun(100, func() { buffer, _, _ = j.Changes(buffer, 0) }); allocs != 0 || len(buffer) != 3 {
		t.Errorf("%v allocations for %v", allocs, buffer)
	}
}

// Whoever looks at changes between versions misses none.
func TestNoChangeIsMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := New(Limits{Count: 200})
		changed := map[uint64]bool{}
		version, last := j.Version(), uint64(0)
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				for range rapid.SampledFrom([]int{1, 40}).Draw(t, "n") {
					last = j.Append(Entry{})
				}
			},
			"annotate": func(t *rapid.T) {
				seq := rapid.Uint64Range(0, last+1).Draw(t, "seq")
				for range rapid.SampledFrom([]int{1, 2, Remembered + 1}).Draw(t, "times") {
					if j.Annotate(seq, func(*Entry) {}) {
						changed[seq] = true
					}
				}
			},
			"annotate neighbours": func(t *rapid.T) {
				seq, away := rapid.Uint64Range(0, last+1).Draw(t, "seq"), rapid.Uint64Range(0, 50).Draw(t, "away")
				for range rapid.SampledFrom([]int{2, longestChange, longestChange + 1}).Draw(t, "times") {
					for _, one := range []uint64{seq, seq + away} {
						if j.Annotate(one, func(*Entry) {}) {
							changed[one] = true
						}
					}
					seq++
				}
			},
			"look": func(t *rapid.T) {
				seqs, now, all := j.Changes(nil, version)
				for seq := range changed {
					if !all && !slices.Contains(seqs, seq) {
						t.Fatalf("since %d %v have changed, without %d", version, seqs, seq)
					}
				}
				version = now
				clear(changed)
			},
		})
	})
}

func TestChangesAreToldWhileTheLogGrows(t *testing.T) {
	const n = 5000
	j := notes(New(Limits{}), n)
	version := j.Version()
	var wg sync.WaitGroup
	wg.Go(func() {
		for seq := range uint64(n) {
			annotate(j, seq+1)
			notes(j, 1)
		}
	})
	seen, every := map[uint64]bool{}, false
	look := func() {
		seqs, now, all := j.Changes(nil, version)
		for _, seq := range seqs {
			seen[seq] = true
		}
		version, every = now, every || all
	}
	for !seen[n] && !every {
		look()
	}
	wg.Wait()
	look()
	if len(seen) != n && !every {
		t.Errorf("%d of %d changes were told", len(seen), n)
	}
}

func BenchmarkAnnotate(b *testing.B) {
	j := notes(New(Limits{}), 1000)
	b.ReportAllocs()
	for b.Loop() {
		j.Annotate(500, func(e *Entry) { e.Verdict = stanza.VerdictReply })
	}
}
