package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
)

// wireLog prints what goes over the wire, with its secrets hidden, as the log has it.
type wireLog struct {
	to      io.Writer
	journal *journal.Journal
	next    uint64
	stop    chan struct{}
	stopped chan struct{}
}

// wireEvery is how often new entries are looked for.
const wireEvery = 20 * time.Millisecond

// startWireLog prints from now on, until the end is called.
func startWireLog(to io.Writer, j *journal.Journal) *wireLog {
	w := &wireLog{to: to, journal: j, next: 1, stop: make(chan struct{}), stopped: make(chan struct{})}
	go func() {
		defer close(w.stopped)
		tick := time.NewTicker(wireEvery)
		defer tick.Stop()
		for {
			select {
			case <-w.stop:
				w.print()
				return
			case <-tick.C:
				w.print()
			}
		}
	}()
	return w
}

// end prints the rest.
func (w *wireLog) end() {
	close(w.stop)
	<-w.stopped
}

func (w *wireLog) print() {
	for {
		entries := w.journal.Window(nil, w.next, 256)
		if len(entries) == 0 {
			return
		}
		for _, e := range entries {
			w.next = e.Seq + 1
			fmt.Fprintln(w.to, safetext.Clean(wireLine(e)).String())
		}
	}
}

// wireLine is an entry on one line, whatever it holds.
func wireLine(e journal.Entry) string {
	arrow, text := "·", e.Text
	switch e.Dir {
	case stanza.In:
		arrow = "←"
	case stanza.Out:
		arrow = "→"
	}
	if e.Stanza != nil {
		text = e.Stanza.XML()
	}
	return e.Time.Format("15:04:05.000") + " " + arrow + " " + strings.NewReplacer("\n", "␊", "\r", "␍").Replace(text)
}
