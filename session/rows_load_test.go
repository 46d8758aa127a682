//go:build unix

package session

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
)

// Row 70: matching costs the same per stanza however many requests wait. What is compared is the
// processor's time, of which a busy machine takes nothing away, and the best of some rounds; a
// search through all that wait would make the one dozens of times the other.
func TestAStanzaCostsTheSameHoweverManyWait(t *testing.T) {
	const few, many, most = 10, 20_000, 5
	least, greatest := costOfStanzas(t, few), costOfStanzas(t, many)
	t.Logf("beside %d requests %v, beside %d %v", few, least, many, greatest)
	if greatest > most*least {
		t.Errorf("a stanza costs %v beside %d requests, and %v beside %d", least, few, greatest, many)
	}
}

// costOfStanzas is the processor's time for a stanza while so many requests wait: of two stanzas
// one has an id that nobody asked with, and one comes from somebody who was not asked.
func costOfStanzas(t *testing.T, waiting int) (best time.Duration) {
	const stanzas = 2000
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		go func() {
			for range p.Heard {
			}
		}()
		for i := range waiting {
			start(t, s, xmpptest.Get(t, iqbuilder.ID(fmt.Sprint("q", i)), iqbuilder.To(romeo)), WithTimeout(time.Duration(i+1)*time.Hour))
		}
		synctest.Wait()
		for round := range 5 {
			runtime.GC()
			before := processorTime(t)
			for i := range stanzas / 2 {
				p.Sends(result(fmt.Sprint("stray-", round, "-", i), `from="`+romeo+`"`))
				p.Sends(result(fmt.Sprint("q", i%waiting), `from="mallory@example.net"`))
			}
			synctest.Wait()
			if took := (processorTime(t) - before) / stanzas; best == 0 || took < best {
				best = took
			}
		}
		if n := s.Status().InFlight; n != waiting {
			t.Errorf("%d of %d wait", n, waiting)
		}
	})
	return best
}

// processorTime is how long this process has worked, all its threads together.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
