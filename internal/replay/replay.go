// Package replay plays a captured session again, without a connection: from the elements that went
// over a stream it makes the log that the session had, which requests were sent and how each ended,
// which requests came in, and what every reply was worth. The rules are those of session/pending,
// and the clock is the capture's times.
//
//	r := replay.Play(items, replay.Options{})
//	for _, x := range r.Exchanges { … }
//
// A capture does not say all that the session knew. When a request was given up is known from our
// own recordings alone (Options.Ends); in any other capture a request waits until its stream or the
// capture ends. Its outcome is unknown then.
//
// Playing is pure: no goroutine, no clock, no file. It takes time in proportion to the items.
package replay

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"iqscope/internal/record"
	"iqscope/iqbuilder/capture"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/journal"
	"iqscope/session/pending"
	"iqscope/session/wire"
)

// ErrStreamEnded is the cause of a stanza.Unknown when another stream begins before the answer.
// When the capture ends, it is exchange.ErrUnrecorded.
var ErrStreamEnded = errors.New("its stream ended before its answer")

// Item is one thing that a capture holds: an element, or words of the log.
type Item struct {
	capture.Element
	// Seq is its number in the log that was recorded; 0 if nobody says.
	Seq uint64
	// Verdict is what the session said of it, as far as that was written; a hint where two things
	// happened at the same time, or the session knew more than a capture shows.
	Verdict stanza.Verdict
	// Note are the words; Stanza is nil then.
	Note string
}

// Options of a replay. The zero value is for a capture of which nothing else is known.
type Options struct {
	// Account is who the session was, in case its elements do not say it; zero means whom they are
	// addressed to.
	Account stanza.JID
	Lenient bool
	// Ends are the requests of which it is known how they ended without a reply, and Unasked those
	// that nobody had asked for, by their numbers in the log that was recorded.
	Ends    map[uint64]record.End
	Unasked map[uint64]bool
	// Dropped is how many entries the log had lost before the first item.
	Dropped uint64
	// Limits bound the log, and Kept how many requests of each side are kept; 0 means all of them.
	Limits journal.Limits
	Kept   int
	// Redact hides the secrets of an element; nil means wire.Redact.
	Redact func(*stanza.Stanza) (*stanza.Stanza, bool)
}

// Recording is a session as it was. Nothing in it changes any more.
type Recording struct {
	Journal   *journal.Journal
	Exchanges []exchange.Exchange // in the order of their sending
	Incoming  []exchange.Incoming // in the order of their arrival
	// Forgotten is how many requests of either side are left out, the oldest.
	Forgotten int
	Account   stanza.JID // who the session was in the end; zero if nobody knows
	Component bool
	Elements  int
	// Begun and Ended are the first and the last time that is known; zero for none.
	Begun, Ended time.Time
	// Guessed says that it is a guess which way some elements went: they stood without a stream.
	Guessed bool
}

// epoch is what the clock says where no time is known.
var epoch = time.Unix(0, 0).UTC()

// player plays one item after the other.
type player struct {
	Options
	out      Recording
	log      *journal.Journal
	table    *pending.Table
	own      stanza.JID
	now      time.Time // of the item that is played, or the last one before it that has a time
	requests requests
	asked    asked
}

// Play plays the items.
func Play(items []Item, o Options) *Recording {
	if o.Redact == nil {
		o.Redact = wire.Redact
	}
	p := &player{Options: o, log: journal.Behind(o.Dropped, o.Limits), now: epoch}
	p.out.Component = isComponent(items)
	p.own = p.before(items)
	p.table = pending.New(p.identity())
	p.requests = newRequests(p)
	p.asked = asked{waiting: map[asker][]*exchange.Incoming{}, answered: map[asker]uint64{}}
	for i := range items {
		p.play(&items[i])
	}
	p.requests.finish()
	p.out.Journal, p.out.Account = p.log, p.own
	p.out.Exchanges, p.out.Incoming = p.requests.all(), p.asked.all(p.last())
	p.bound()
	return &p.out
}

func (p *player) identity() pending.Identity {
	return pending.Identity{Own: p.own, Component: p.out.Component, Lenient: p.Lenient}
}

// last is the last time that is known, zero for none.
func (p *player) last() time.Time { return p.out.Ended }

func (p *player) play(it *Item) {
	if !it.Time.IsZero() {
		p.now = it.Time
		if p.out.Begun.IsZero() {
			p.out.Begun = it.Time
		}
		p.out.Ended = it.Time
	}
	if it.Stanza == nil {
		p.log.Append(journal.Entry{Time: it.Time, Text: it.Note})
		return
	}
	p.out.Elements++
	p.requests.expire(p.now)
	way := it.Dir
	if way == 0 {
		way, p.out.Guessed = p.guess(it.Stanza), true
	}
	shown, hidden := p.Redact(it.Stanza)
	seq := p.log.Append(journal.Entry{Time: it.Time, Dir: way, Stanza: shown, Redacted: hidden, Unasked: p.Unasked[it.Seq] && it.Seq != 0})
	if way == stanza.Out {
		p.leaves(it, shown, seq)
	} else {
		p.comes(it, shown, seq)
	}
}

// leaves takes an element along its way out.
func (p *player) leaves(it *Item, shown *stanza.Stanza, seq uint64) {
	switch st := it.Stanza; {
	case st.IsRequest():
		p.requests.sent(it, shown, seq)
	case st.Kind() == stanza.IQ && st.IsReply():
		p.answers(shown, seq)
		p.requests.remember(shown, seq)
	default:
		p.requests.remember(shown, seq)
	}
}

// comes takes an element along its way in.
func (p *player) comes(it *Item, shown *stanza.Stanza, seq uint64) {
	if p.requests.negotiates(shown) {
		p.binds(shown)
		return
	}
	p.binds(shown)
	p.requests.judge(it, shown, seq)
	if shown.Kind() == stanza.IQ && !shown.IsReply() {
		p.asked.came(shown, seq, p.now, p.own)
	}
}

// bound leaves the oldest requests out where there are too many, and those that the log has dropped.
func (p *player) bound() {
	if p.Kept <= 0 {
		return
	}
	if more := len(p.out.Exchanges) - p.Kept; more > 0 {
		p.out.Exchanges = slices.Clone(p.out.Exchanges[more:])
		p.out.Forgotten += more
	}
	if more := len(p.out.Incoming) - p.Kept; more > 0 {
		p.out.Incoming = slices.Clone(p.out.Incoming[more:])
		p.out.Forgotten += more
	}
}

// guess says which way a stanza without a stream around it went: a client does not say from whom it
// sends, and hears from whom what comes is.
func (p *player) guess(st *stanza.Stanza) stanza.Direction {
	switch {
	case p.requests.waits(st):
		return stanza.In
	case st.IsReply() && p.asked.waits(st, p.own):
		return stanza.Out
	case st.From() == "":
		return stanza.Out
	case !p.own.IsZero() && (st.From() == p.own.String() || p.out.Component && fromDomain(st.From(), p.own)) && st.To() != p.own.String():
		return stanza.Out
	}
	return stanza.In
}

func fromDomain(from string, own stanza.JID) bool {
	jid, err := stanza.ParseJID(from)
	return err == nil && jid.Domain() == own.Domain()
}

// known is a time of the capture's, or none.
func known(t time.Time) time.Time {
	if t.Equal(epoch) {
		return time.Time{}
	}
	return t
}

// inOrder are ends in the order of their times; those without one are not among them.
func inOrder(ends map[uint64]record.End) []uint64 {
	var seqs []uint64
	for seq, e := range ends {
		if !e.At.IsZero() {
			seqs = append(seqs, seq)
		}
	}
	slices.SortFunc(seqs, func(a, b uint64) int {
		return cmp.Or(ends[a].At.Compare(ends[b].At), cmp.Compare(a, b))
	})
	return seqs
}
