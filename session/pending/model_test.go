package pending

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// model is the table written down naively: a list, searched from front to back.
// Every request goes to the same address, so that truth is that one sender.
type model struct {
	table *Table
	now   time.Time
	all   []*modelled
}

type modelled struct {
	request  *Request
	deadline time.Time // zero: none
	timeout  time.Duration
	sent     bool
	outcome  stanza.Outcome
	ended    time.Time
	answered bool
	ends     int // how often the table reported its end
}

const truth = "romeo@montague.example"

func (m *model) waiting(id string) *modelled {
	for _, r := range m.all {
		if r.request.ID == id && r.outcome == "" {
			return r
		}
	}
	return nil
}

// lastEnded is the one of that id that ended last.
func (m *model) lastEnded(id string) (last *modelled) {
	for _, r := range m.all {
		if r.request.ID == id && r.outcome != "" && (last == nil || !r.ended.Before(last.ended)) {
			last = r
		}
	}
	return last
}

func (m *model) end(r *modelled, o stanza.Outcome) {
	r.outcome, r.ended, r.ends = o, m.now, r.ends+1
	r.answered = o == stanza.OutcomeResult || o == stanza.OutcomeError
}

func (r *modelled) lost(sent stanza.Outcome) stanza.Outcome {
	if r.sent {
		return sent
	}
	return stanza.OutcomeNotSent
}

func TestEveryScheduleEndsEachRequestOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &model{table: New(Identity{Own: xmpptest.JID(t, own)}), now: start}
		ids := rapid.SampledFrom([]string{"a", "b", "c", "d"})
		pick := func(t *rapid.T) *modelled {
			if len(m.all) == 0 {
				t.Skip("no request yet")
			}
			return rapid.SampledFrom(m.all).Draw(t, "request")
		}
		t.Repeat(map[string]func(*rapid.T){
			"add":    func(t *rapid.T) { m.add(t, ids.Draw(t, "id"), millis(-100, 3000).Draw(t, "timeout")) },
			"sent":   func(t *rapid.T) { m.markSent(pick(t)) },
			"judge":  func(t *rapid.T) { m.judge(t, ids.Draw(t, "id")) },
			"expire": func(t *rapid.T) { m.expire(t) },
			"cancel": func(t *rapid.T) { m.cancel(t, pick(t)) },
			"extend": func(t *rapid.T) { m.extend(t, pick(t), millis(-1000, 3000).Draw(t, "by")) },
			"lost": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "luck") == 0 {
					m.lost(t)
				}
			},
			"": m.check,
		})
	})
}

func millis(from, to int) *rapid.Generator[time.Duration] {
	return rapid.Map(rapid.IntRange(from/100, to/100), func(n int) time.Duration {
		return time.Duration(n) * 100 * time.Millisecond
	})
}

// step lets some time pass, so that no two ends have the same time.
func (m *model) step() {
	m.now = m.now.Add(10 * time.Millisecond)
}

func (m *model) add(t *rapid.T, id string, timeout time.Duration) {
	m.step()
	r, err := m.table.Add(xmpptest.Stanza(t, iq("get", id, "", truth)), timeout, m.now)
	if m.waiting(id) != nil {
		if err != ErrDuplicateID {
			t.Fatalf("a second %s is pending: %v", id, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	added := &modelled{request: r, timeout: timeout}
	if timeout != 0 {
		added.deadline = m.now.Add(timeout)
	}
	m.all = append(m.all, added)
}

func (m *model) markSent(r *modelled) {
	m.step()
	m.table.Sent(r.request, m.now)
	if r.outcome != "" || r.sent {
		return
	}
	r.sent = true
	if d := m.now.Add(r.timeout); r.timeout != 0 && d.After(r.deadline) {
		r.deadline = d
	}
}

func (m *model) judge(t *rapid.T, id string) {
	m.step()
	from := rapid.SampledFrom([]string{
		truth, truth, "ROMEO@montague.example", truth + "/phone", "montague.example",
		own, "juliet@capulet.example", "", "capulet.example", "mallory@evil.example", "no@@jid",
	}).Draw(t, "from")
	typ := rapid.SampledFrom([]string{"result", "error", "get", "foo"}).Draw(t, "type")
	s := xmpptest.Stanza(t, iq(typ, id, from, ""))
	genuine := from == truth || from == "ROMEO@montague.example"
	waiting, before := m.waiting(id), m.lastEnded(id)

	var want stanza.Verdict
	switch {
	case typ == "foo":
		want = stanza.VerdictMalformed
	case typ == "get" && waiting != nil:
		want = stanza.VerdictBorrowedID
	case typ == "get":
		want = ""
	case waiting != nil && genuine && !waiting.sent:
		want = stanza.VerdictUnknownID // nobody can have seen it
	case waiting != nil && genuine:
		want = stanza.VerdictReply
		m.end(waiting, stanza.Outcome(typ))
	case waiting != nil:
		want = stanza.VerdictWrongSender
	case before == nil || before.outcome == stanza.OutcomeNotSent:
		want = stanza.VerdictUnknownID
	case !genuine:
		want = stanza.VerdictWrongSender
	case before.answered:
		want = stanza.VerdictDuplicate
	default:
		want = stanza.VerdictLate
		before.answered = true
	}
	if j := m.table.Judge(s, m.now); j.Verdict != want {
		t.Fatalf("%s %s from %q is %q, want %q", typ, id, from, j.Verdict, want)
	}
}

func (m *model) expire(t *rapid.T) {
	m.step()
	m.now = m.now.Add(millis(0, 2000).Draw(t, "wait"))
	var want []*Request
	for {
		var due *modelled
		for _, r := range m.all {
			if r.outcome == "" && !r.deadline.IsZero() && !r.deadline.After(m.now) && (due == nil || r.deadline.Before(due.deadline)) {
				due = r
			}
		}
		if due == nil {
			break
		}
		m.end(due, due.lost(stanza.OutcomeTimeout))
		want = append(want, due.request)
	}
	if got := m.table.Expire(m.now); !slices.Equal(got, want) {
		t.Fatalf("%s expired, want %s", names(got), names(want))
	}
}

func (m *model) cancel(t *rapid.T, r *modelled) {
	m.step()
	want := r.outcome == ""
	if want {
		m.end(r, stanza.OutcomeCancelled)
	}
	if got := m.table.End(r.request, stanza.OutcomeCancelled, m.now); got != want {
		t.Fatalf("End reports %v, want %v", got, want)
	}
}

func (m *model) extend(t *rapid.T, r *modelled, by time.Duration) {
	m.step()
	if got, want := m.table.Extend(r.request, by, m.now), r.outcome == ""; got != want {
		t.Fatalf("Extend reports %v, want %v", got, want)
	}
	if r.outcome == "" && !r.deadline.IsZero() {
		if m.now.After(r.deadline) {
			r.deadline = m.now
		}
		r.deadline = r.deadline.Add(by)
	}
}

func (m *model) lost(t *rapid.T) {
	m.step()
	var want []*Request
	for _, r := range m.all {
		if r.outcome == "" {
			m.end(r, r.lost(stanza.OutcomeUnknown))
			want = append(want, r.request)
		}
	}
	if got := m.table.EndAll(m.now); !slices.Equal(got, want) {
		t.Fatalf("%s lost, want %s", names(got), names(want))
	}
}

// check holds the table against the model.
func (m *model) check(t *rapid.T) {
	var next time.Time
	inFlight := 0
	for _, r := range m.all {
		if r.request.Outcome != r.outcome || !r.request.Ended.Equal(r.ended) {
			t.Fatalf("%s is %q since %v, want %q since %v", r.request.ID, r.request.Outcome, r.request.Ended, r.outcome, r.ended)
		}
		if r.ends > 1 {
			t.Fatalf("%s ended %d times", r.request.ID, r.ends)
		}
		if r.outcome != "" {
			continue
		}
		inFlight++
		if !r.request.Deadline.Equal(r.deadline) {
			t.Fatalf("%s is due at %v, want %v", r.request.ID, r.request.Deadline, r.deadline)
		}
		if !r.deadline.IsZero() && (next.IsZero() || r.deadline.Before(next)) {
			next = r.deadline
		}
	}
	// It may wake once too often while something is in flight, and never too late.
	if wake, ok := m.table.Wake(); ok && inFlight == 0 || !next.IsZero() && (!ok || wake.After(next)) {
		t.Fatalf("wakes at %v, %v; the next deadline is %v", wake, ok, next)
	}
	if got, ok := m.table.Next(); ok == next.IsZero() || !got.Equal(next) {
		t.Fatalf("next deadline is %v, %v; want %v", got, ok, next)
	}
	if m.table.Len() != inFlight {
		t.Fatalf("%d in flight, want %d", m.table.Len(), inFlight)
	}
}

func names(requests []*Request) (s []string) {
	for _, r := range requests {
		s = append(s, fmt.Sprintf("%s#%d", r.ID, r.Serial))
	}
	return s
}
