package cli

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"iqscope/session/demo"
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
