package replay

import (
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/journal"
)

// asker is what a request of others and its answer have in common.
type asker struct{ peer, id string }

// of is the asker whose address stands there; nobody's is our account's server's.
func of(peer, id string, own stanza.JID) asker {
	if peer == "" {
		return asker{own.Bare().String(), id}
	}
	return asker{stanza.Prepared(peer), id}
}

// asked are the requests of others.
type asked struct {
	order    []*exchange.Incoming
	waiting  map[asker][]*exchange.Incoming // those of one id are answered in their order
	answered map[asker]uint64               // the answers' numbers in the log
}

func (a *asked) came(st *stanza.Stanza, seq uint64, now time.Time, own stanza.JID) {
	in := &exchange.Incoming{Serial: uint64(len(a.order) + 1), Seq: seq, Stanza: st, At: known(now), State: exchange.Working}
	a.order = append(a.order, in)
	k := of(st.From(), st.ID(), own)
	a.waiting[k] = append(a.waiting[k], in)
}

// waits says that a reply would answer a request that waits.
func (a *asked) waits(reply *stanza.Stanza, own stanza.JID) bool {
	return len(a.waiting[of(reply.To(), reply.ID(), own)]) > 0
}

// answers joins a reply of ours to the request of others that it answers.
func (p *player) answers(reply *stanza.Stanza, seq uint64) {
	k := of(reply.To(), reply.ID(), p.own)
	waiting := p.asked.waiting[k]
	if len(waiting) == 0 {
		return
	}
	in := waiting[0]
	if p.asked.waiting[k] = waiting[1:]; len(waiting) == 1 {
		delete(p.asked.waiting, k)
	}
	p.asked.answered[k] = seq
	in.State, in.By, in.Ended, in.Reply, in.ReplySeq = exchange.Answered, exchange.ByUs, known(p.now), reply, seq
	p.log.Annotate(seq, func(e *journal.Entry) { e.Request = in.Seq })
	p.log.Annotate(in.Seq, func(e *journal.Entry) { e.Reply = seq })
}

// refused is the answer of ours that an error comes back to; 0 for none.
func (a *asked) refused(failure *stanza.Stanza, own stanza.JID) uint64 {
	return a.answered[of(failure.From(), failure.ID(), own)]
}

// all are the requests; of those without an answer nobody knows what became.
func (a *asked) all(last time.Time) []exchange.Incoming {
	all := make([]exchange.Incoming, 0, len(a.order))
	for _, in := range a.order {
		if in.State.Open() {
			in.State, in.Ended = exchange.Unrecorded, last
		}
		all = append(all, *in)
	}
	return all
}
