package e2e

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"iqscope/internal/realserver"
)

// BenchmarkPingsToEjabberd pings a real server, which is slower than its clients: by "send --count",
// with its log and a history, by a loop written by hand, and by slixmpp, over TLS and in turns. For each
// window it prints what each client reached in a second, and what a round trip costs it of the
// processor; and as ratios ours to the loop (the goal is 0.95 at both windows) and to slixmpp, beside
// the loop's to slixmpp, which is what can be reached.
func BenchmarkPingsToEjabberd(b *testing.B) {
	path, err := build()
	if err != nil {
		b.Fatal(err)
	}
	wantsSlixmpp(b)
	server := realserver.SharedEjabberd(b)
	env, arguments := alice(server)
	ours := newSender(b, path, env, "pretty", append(arguments, "--to", "localhost", "--kind", "ping")...)
	loop := rawPinger(b, server)
	others := slixmppPinger(b, server)
	for b.Loop() {
		for _, row := range []struct{ window, count, theirs, rounds int }{{64, 4_000, 1_000, 6}, {1, 800, 400, 12}} {
			var raw, send, python []rate
			for range row.rounds {
				raw = append(raw, loop(row.count, row.window))
				send = append(send, ours.sends(row.count, row.window))
				python = append(python, others(row.theirs, row.window))
			}
			at := fmt.Sprint("-at-", row.window)
			for name, rates := range map[string][]rate{"raw": raw, "ours": send, "slixmpp": python} {
				b.ReportMetric(best(rates), name+at+"/s")
				b.ReportMetric(cheapest(rates), name+at+"-cpu-µs")
			}
			b.ReportMetric(best(send)/best(raw), "of-raw"+at)
			b.ReportMetric(best(send)/best(python), "of-slixmpp"+at)
			b.ReportMetric(best(raw)/best(python), "raw-of-slixmpp"+at)
		}
	}
	b.ReportMetric(0, "ns/op")
}

const (
	rawPlain = `<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">%s</auth>`
	rawBind  = `<iq type="set" id="bind"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>`
	rawPing  = `<iq type="get" to="localhost" id="%d"><ping xmlns="urn:xmpp:ping"/></iq>`
)

// rawPinger logs in as alice, and pings by the loop that is written by hand.
func rawPinger(b *testing.B, server *realserver.Server) func(count, window int) rate {
	b.Helper()
	fails := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	pem, err := os.ReadFile(server.CAFile)
	fails(err)
	c, err := dialRaw(server.DirectTLSAddr, trusting(pem))
	fails(err)
	b.Cleanup(func() { fails(c.leave()) })
	login := "\x00alice\x00" + server.Accounts["alice@localhost"]
	fails(c.say(fmt.Sprintf(rawPlain, base64.StdEncoding.EncodeToString([]byte(login))), "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"))
	fails(c.open())
	fails(c.say(rawBind, "</iq>"))
	return func(count, window int) rate {
		b.Helper()
		r, err := measured(count, func() error { return c.roundTrips(rawPing, count, window) })
		fails(err)
		return r
	}
}

// slixmppPinger is another client, on bob's account; see testdata/pings.py.
func slixmppPinger(b *testing.B, server *realserver.Server) func(count, window int) rate {
	b.Helper()
	command := exec.Command(systemPython, "testdata/pings.py", server.Addr, server.CAFile, "bob@localhost/pings")
	var complaints bytes.Buffer
	command.Stderr = &complaints
	orders, output := piped(b, command)
	hanging := time.AfterFunc(2*patience, func() { command.Process.Kill() })
	b.Cleanup(func() {
		orders.Close()
		io.Copy(io.Discard, output)
		command.Wait()
		hanging.Stop()
		if b.Failed() {
			b.Logf("slixmpp said:\n%s", &complaints)
		}
	})
	fmt.Fprintln(orders, server.Accounts["bob@localhost"])
	lines := bufio.NewScanner(output)
	var got struct {
		JID       string
		PerSecond float64 `json:"per_s"`
		CPU       float64 `json:"cpu_s"`
	}
	hear := func() {
		b.Helper()
		if !lines.Scan() {
			b.Fatal("slixmpp has ended")
		}
		if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
			b.Fatalf("slixmpp printed %q: %v", lines.Bytes(), err)
		}
	}
	hear() // that it is logged in
	return func(count, window int) rate {
		b.Helper()
		fmt.Fprintln(orders, count, window)
		hear()
		return rate{got.PerSecond, time.Duration(got.CPU * float64(time.Second) / float64(count))}
	}
}
