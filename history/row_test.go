package history

import (
	"math"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
)

// FuzzRow makes an entry of a row of which the values are anything.
func FuzzRow(f *testing.F) {
	f.Add("<iq/>", "<iq/>", "result", "", "{}", "[]", "a b", int64(0), int64(1), uint8(0))
	f.Add("<iq type='error'/>", "", "error", "why", `{"content":"x","prefixes":{"":""}}`, `[{"at":1}]`, "\xff", int64(math.MinInt64), int64(math.MaxInt64), uint8(1))
	f.Add("<a><b", "\x00", "timeout", "its time was up before the socket took it", `{"content":""}`, `{"offset":9,"rule":"r"}`, ",", int64(-1), int64(253402300800000000), uint8(77))
	f.Add("<iq type='error'><error/></iq>", "<x:iq type='error'><x:error/></x:iq>", "error", "", `{"content":"x","prefixes":{"x":"x"}}`, `{"offset":-1}`, "", int64(1<<62), int64(0), uint8(130))
	all := append(append([]string(nil), numbers...), texts...)
	f.Fuzz(func(t *testing.T, request, reply, outcome, cause, scope, more, text string, n, m int64, mix uint8) {
		r := &row{values: map[string]any{}}
		for i, name := range numbers {
			if r.values[name] = n; i%2 == 0 {
				r.values[name] = m
			}
		}
		for _, name := range texts {
			r.values[name] = text
		}
		r.values["e.request"], r.values["e.reply"], r.values["e.late"] = []byte(request), []byte(reply), []byte(reply)
		r.values["e.outcome"], r.values["e.cause"] = outcome, cause
		r.values["q.scope"], r.values["p.scope"], r.values["l.scope"] = scope, clientScope, scope
		r.values["e.refusals"], r.values["e.request_fault"], r.values["e.reply_fault"], r.values["e.late_fault"] = more, more, nil, more
		// One of the values is of another type, or missing.
		switch name := all[int(mix)%len(all)]; mix / 64 {
		case 1:
			r.values[name] = 1.5
		case 2:
			r.values[name] = nil
		case 3:
			r.values[name] = n
		}
		e := r.entry()
		if e.Stanza == nil || e.Shown != e.Stanza || e.InFlight() {
			t.Fatalf("it has no request, or no end: %+v", e)
		}
		if (e.Err == nil) != (e.Outcome == stanza.OutcomeResult) {
			t.Errorf("a %s has the error %v", e.Outcome, e.Err)
		}
		if e.Err != nil {
			_ = e.Err.Error()
		}
		for _, at := range []time.Time{e.Queued, e.Sent, e.Deadline, e.Ended, e.Down.From, e.Down.To} {
			if _, err := at.MarshalJSON(); err != nil {
				t.Error(err)
			}
		}
		if e.RTT < 0 || e.Timeout < 0 || e.LateBy < 0 || e.Refused < 0 || len(e.Refusals) > 10 {
			t.Errorf("a duration or a count is out of bounds: %+v", e)
		}
		// What is read may be kept again, and then reads the same.
		_, _ = draftOf(&e), textOf(&e)
		if e.Damaged == "" && e.Stanza.XML() != request {
			t.Errorf("%q came back as %q", request, e.Stanza.XML())
		}
	})
}

// FuzzAroundID finds the id of any text as the scanner does.
func FuzzAroundID(f *testing.F) {
	for _, text := range []string{"<iq id='a'/>", `<iq type="get" id = "b&amp;" to='x'/>`, "<iq xid='n' id='y'>", "<iq", "<iq id=", "<iq id='", "<iq a='id=\"x\"' id='z'/>", "<iq x:id='a' xmlns:x='b'/>"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		before, behind := aroundID(text)
		if len(before)+len(behind) > len(text) {
			t.Fatalf("%q became more: %q and %q", text, before, behind)
		}
		st, err := stanza.Parse(text, stanza.ClientScope())
		if err != nil {
			return
		}
		before, behind = aroundID(st.XML())
		other, err := stanza.Parse(before+"another"+behind, stanza.ClientScope())
		if st.HasID() && (err != nil || other.ID() != "another") {
			t.Errorf("the id of %q is not found: %q and %q", text, before, behind)
		}
	})
}
