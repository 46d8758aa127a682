package tui

import (
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// Opening the screen on a million entries, and each of its keys: how long Update is busy, what it draws
// included; of each the median, so that what else the machine does is left out, and of those the
// longest. The file answers at once.
func BenchmarkHistoryScreenOnAMillionEntries(b *testing.B) {
	took := map[string][]time.Duration{}
	for b.Loop() {
		s := start(&testing.T{}, 140, 45)
		s.remembers(1_000_000)
		timed := func(name string, msg tea.Msg) {
			began := time.Now()
			_, cmd := s.m.Update(msg)
			_ = s.m.View()
			took[name] = append(took[name], time.Since(began))
			var answered func(cmd tea.Cmd)
			answered = func(cmd tea.Cmd) { // what comes back is taken in just so
				for _, msg := range collects(cmd) {
					began := time.Now()
					_, cmd := s.m.Update(msg)
					_ = s.m.View()
					took[name+", its page"] = append(took[name+", its page"], time.Since(began))
					answered(cmd)
				}
			}
			answered(cmd)
		}
		timed("open", keyNamed(s.t, "alt+h"))
		for _, key := range []string{"down", "up", "enter", "right", "right", "right", "esc", "p", "D", "/", "v", "e", "r", "esc", "home"} {
			timed(key, keyNamed(s.t, key))
		}
		for range 300 {
			timed("pgdown", keyNamed(s.t, "pgdown"))
		}
		for range 300 {
			timed("pgup", keyNamed(s.t, "pgup"))
		}
		timed("something new", HistoryChanged{})
	}
	longest, of := time.Duration(0), ""
	for name, all := range took {
		slices.Sort(all)
		if median := all[len(all)/2]; median > longest {
			longest, of = median, name
		}
	}
	b.Logf("the longest is %q", of)
	b.ReportMetric(float64(longest)/float64(time.Millisecond), "ms-at-most")
}
