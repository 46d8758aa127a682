package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"iqscope/internal/report"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"
)

func TestSeriesPrintsARecordForEachAndASummary(t *testing.T) {
	const n = 200
	r := run(t, "send", "--demo", "--output", "json", "--count", strconv.Itoa(n), "--window", "16", "--query", "x", "--to", echo)
	if r.code != exitResult || r.stderr != "" {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
	all := lines(t, r.stdout)
	if len(all) != n+1 {
		t.Fatalf("%d lines", len(all))
	}
	ids := map[any]bool{}
	for _, record := range all[:n] {
		wantKeys(t, record, recordKeys...)
		ids[record["id"]] = true
	}
	if len(ids) != n {
		t.Errorf("%d ids for %d requests", len(ids), n)
	}
	sum := all[n]
	wantKeys(t, sum, summaryKeys...)
	if sum["count"] != float64(n) || sum["ok"] != float64(n) || sum["error"] != 0.0 || sum["timeout"] != 0.0 {
		t.Errorf("the summary is %v", sum)
	}
	p50, p95, p99 := sum["p50_ms"].(float64), sum["p95_ms"].(float64), sum["p99_ms"].(float64)
	if p50 <= 0 || p95 < p50 || p99 < p95 || sum["rate_per_s"].(float64) <= 0 {
		t.Errorf("the summary is %v", sum)
	}
}

func TestSeriesKeepsItsWindowInFlight(t *testing.T) {
	// One after the other these would take more than a minute and a half, and all at once
	// a second; a slow one must not hold up the others either.
	began := time.Now()
	run(t, "send", "--demo", "--count", "100", "--window", "100", "--query", "x", "--to", "delay-1@"+demo.BotsDomain).
		want(t, exitResult, "100 sent: 100 ok, 0 error, 0 timeout", "")
	if took := time.Since(began); took > patience {
		t.Errorf("100 requests at once took %v", took)
	}
}

func TestSeriesExitsWithTheWorst(t *testing.T) {
	run(t, "send", "--demo", "--count", "3", "--query", "x", "--to", "error-gone@"+demo.BotsDomain).
		want(t, exitError, "3 sent: 0 ok, 3 error, 0 timeout", "gone")
	run(t, "send", "--demo", "--count", "3", "--window", "3", "--timeout", "0.1", "--query", "x", "--to", "silent@"+demo.BotsDomain).
		want(t, exitTimeout, "3 sent: 0 ok, 0 error, 3 timeout", "no reply")
}

func TestSeriesGoesOnWithATypedID(t *testing.T) {
	r := run(t, "send", "--demo", "--output", "json", "--count", "2", "<iq id='a&amp;b' type='get' to='"+echo+"'><odd xmlns='x'/></iq>")
	all := lines(t, r.stdout)
	if all[0]["id"] != "a&b-1" || all[1]["id"] != "a&b-2" || !strings.Contains(all[0]["warnings"].([]any)[0].(string), "from a&b-1 to a&b-2") {
		t.Errorf("the records are %v", all)
	}
}

func TestInterruptedSeriesStillSumsUp(t *testing.T) {
	s := server(t)
	jid, asked := romeo(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	r := call{
		args: append(flags(t, s), "send", "--output", "json", "--count", "1000", "--window", "10", "--query", "x", "--to", jid),
		env:  []string{"IQSCOPE_PASSWORD=" + demo.Password},
	}.run(ctx)
	all := lines(t, r.stdout)
	if r.code != exitInterrupted || !strings.Contains(r.stderr, "interrupted") {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
	sum := all[len(all)-1]
	wantKeys(t, sum, summaryKeys...)
	if sum["ok"] != 0.0 || sum["p50_ms"] != nil || len(all)-1 > 10 {
		t.Errorf("%d records, the summary is %v", len(all)-1, sum)
	}
}

// atLine is a standard output that calls at when so many lines were written; an error of at's fails
// that write and those that follow.
type atLine struct {
	strings.Builder
	lines int
	at    func() error
	err   error
}

func (o *atLine) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	before := o.lines
	if o.lines -= bytes.Count(p, []byte("\n")); before > 0 && o.lines <= 0 {
		if o.err = o.at(); o.err != nil {
			return 0, o.err
		}
	}
	return o.Builder.Write(p)
}

func TestOfAnInterruptedSeriesIsPrintedWhatHadEnded(t *testing.T) {
	const window = 7
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &atLine{lines: 500, at: func() error { cancel(); return nil }}
	var stderr strings.Builder
	code := call{args: []string{"send", "--demo", "--output", "json", "--count", "10000000", "--window", strconv.Itoa(window), "--query", "x", "--to", echo}}.runTo(ctx, out, &stderr)
	if code != exitInterrupted || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("exit code %d, stderr %q", code, stderr.String())
	}
	all := lines(t, out.String())
	records, sum := all[:len(all)-1], all[len(all)-1]
	ids, outcomes := map[any]bool{}, map[any]int{}
	for _, record := range records {
		ids[record["id"]] = true
		outcomes[record["outcome"]]++
	}
	if len(ids) != len(records) || len(records) < 500 || sum["count"] != float64(len(records)) || sum["ok"] != float64(outcomes["result"]) {
		t.Errorf("%d records of %d ids, the summary is %v", len(records), len(ids), sum)
	}
	if others := len(records) - outcomes["result"]; others != outcomes["cancelled"] || others > window {
		t.Errorf("the outcomes are %v", outcomes)
	}
}

func TestSeriesStopsWhenNobodyReads(t *testing.T) {
	for _, format := range []string{"json", "raw"} {
		out := &atLine{lines: 500, at: func() error { return syscall.EPIPE }}
		var stderr strings.Builder
		code := call{args: []string{"send", "--demo", "--output", format, "--count", "10000000", "--window", "8", "--query", "x", "--to", echo}}.runTo(t.Context(), out, &stderr)
		if code != exitInterrupted || strings.Contains(stderr.String(), "interrupted") || strings.Count(out.String(), "\n") >= 500 {
			t.Errorf("%s: exit code %d, %d lines, stderr %q", format, code, strings.Count(out.String(), "\n"), stderr.String())
		}
	}
}

func TestASlowOneHoldsUpNoOther(t *testing.T) {
	const count = 20
	for _, format := range []string{"pretty", "json"} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		// The first one is never answered. With a line for each, those of all others come first;
		// without, all are sent.
		came, out := 0, &atLine{lines: count - 1, at: func() error { cancel(); return nil }}
		server := scripted(t, script{requests: func(id string) string {
			if came++; came == count && format == "pretty" {
				cancel()
			}
			if strings.HasSuffix(id, "-1") {
				return ""
			}
			return "<iq type='result' id='" + id + "'/>"
		}})
		var stderr strings.Builder
		code := call{args: append([]string{"send", "--output", format, "--count", strconv.Itoa(count), "--window", "2", "--query", "x"}, append(server, "--timeout", "0")...)}.runTo(ctx, out, &stderr)
		want, times := "20 sent", 1
		if format == "json" {
			want, times = `"outcome":"result"`, count-1
		}
		if code != exitInterrupted || ctx.Err() != context.Canceled || strings.Count(out.String(), want) != times {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", format, code, out.String(), stderr.String())
		}
	}
}

// TestOutputThatDoesNotKeepUpHoldsUpASeries has an output that takes nothing until nothing is under way.
func TestOutputThatDoesNotKeepUpHoldsUpASeries(t *testing.T) {
	const count = 4_000
	server := server(t)
	own := session.New(session.Config{Negotiate: negotiate.Config{
		JID: xmpptest.JID(t, "juliet@"+demo.Domain), Server: server.Addr(), RootCAs: server.RootCAs(),
		Password: func(context.Context) (string, error) { return demo.Password, nil },
	}})
	if err := own.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer own.Close(context.WithoutCancel(t.Context()))
	iq := xmpptest.Stanza(t, "<iq type='get' id='s' to='"+echo+"'><q xmlns='x'/></iq>")
	s := newSeries(t.Context(), own, iq, count, 64)
	defer s.stop(nil)
	line := []byte(strings.Repeat("-", 999) + "\n")
	s.line = func(dst []byte, _ session.Exchange) []byte { return append(dst, line...) }
	defer own.Ended(s.end)()
	printed, most := 0, 0
	s.run(func(lines []byte) error {
		for idle, began := false, time.Now(); printed == 0 && !idle; time.Sleep(time.Millisecond) {
			if time.Since(began) > patience {
				t.Error("it did not come to rest")
				break
			}
			s.mu.Lock()
			idle = s.sent == s.over
			s.mu.Unlock()
		}
		s.mu.Lock()
		most = max(most, len(lines)+len(s.lines))
		if printed == 0 && s.sent == count {
			t.Error("all were sent")
		}
		s.mu.Unlock()
		printed += len(lines)
		return nil
	})
	if printed != count*len(line) || s.over != count {
		t.Errorf("%d ended, %d bytes were printed", s.over, printed)
	}
	if most > 3*maxUnprinted {
		t.Errorf("%d bytes waited", most)
	}
}

// BenchmarkSeries measures what the command itself does for each request of a series, beside the session:
// the next request is made, its end counted, its line written. "line-of-json" is how many times as long
// encoding/json takes for the line alone.
func BenchmarkSeries(b *testing.B) {
	const turn = 1000
	iq := xmpptest.Stanza(b, `<iq to="echo@localhost/e" type="get" id="q4f2kx-1234"><query xmlns="jabber:iq:version"/></iq>`)
	reply := xmpptest.Stanza(b, `<iq type="result" id="q4f2kx-1234" from="echo@localhost/e" to="alice@localhost/bench"/>`)
	x := session.Exchange{Stanza: iq, Shown: iq, Reply: reply, Outcome: stanza.OutcomeResult, RTT: 1234567, Series: commandSeries}
	s := newSeries(b.Context(), nil, iq, 0, 64)
	defer s.stop(nil)
	out := &output{format: outputJSON}
	line := func(dst []byte, x session.Exchange) []byte { return out.appendEnded(dst, x, nil) }
	ways := []struct {
		name string
		do   func(n int)
		best time.Duration
	}{
		{name: "next", do: func(n int) { _, _ = s.next(n) }},
		{name: "pretty", do: func(int) { s.line = nil; s.end(x) }},
		{name: "json", do: func(int) { s.line = line; s.lines = s.lines[:0]; s.end(x) }},
		{name: "encoding/json", do: func(int) { _, _ = json.Marshal(report.NewRecord(x, nil)) }},
	}
	for b.Loop() {
		for i := range ways {
			began := time.Now()
			for n := range turn {
				ways[i].do(n)
			}
			if took := time.Since(began); ways[i].best == 0 || took < ways[i].best {
				ways[i].best = took
			}
		}
	}
	for _, way := range ways {
		b.ReportMetric(float64(way.best.Nanoseconds())/turn, way.name+"-ns")
		b.ReportMetric(testing.AllocsPerRun(turn, func() { way.do(1) }), way.name+"-allocs")
	}
	b.ReportMetric(float64(ways[3].best)/float64(ways[2].best-ways[1].best), "line-of-json")
	b.ReportMetric(0, "ns/op")
}

func TestSeriesStopsWhenTheServerIsGone(t *testing.T) {
	s := server(t)
	jid, asked := romeo(t, s)
	go func() {
		<-asked
		s.Close()
	}()
	r := call{
		args: append(flags(t, s), "send", "--count", "1000", "--window", "10", "--query", "x", "--to", jid),
		env:  []string{"IQSCOPE_PASSWORD=" + demo.Password},
	}.run(t.Context())
	// Romeo may be gone a moment before the whole server, and that be answered.
	r.want(t, exitLost, " 0 ok, ", "the connection was lost: ")
	if strings.HasPrefix(r.stdout, "1000 ") {
		t.Errorf("it went on: %s", r.stdout)
	}
}

func TestRawSeriesPrintsRepliesAndSumsUpForThePerson(t *testing.T) {
	r := run(t, "send", "--demo", "--output", "raw", "--count", "5", "--query", "x", "--to", echo)
	if strings.Count(r.stdout, "\n") != 5 || strings.Contains(r.stdout, "sent:") || !strings.Contains(r.stderr, "5 sent: 5 ok") {
		t.Errorf("stdout %q, stderr %q", r.stdout, r.stderr)
	}
}
