package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

const (
	benchCount  = 20_000
	benchWindow = 64
	benchQuery  = `<iq to="` + echoPeer + `" type="get" id="bench-%d"><query xmlns="jabber:iq:version"/></iq>`
)

// BenchmarkSendCountAgainstRawSocket compares "send --count 20000 --window 64" with a hand-written
// loop over a socket, on the same echo server in the same run. The goal is a ratio of 0.3 at least;
// "json" prints a line for each request, "pretty" only the summary.
func BenchmarkSendCountAgainstRawSocket(b *testing.B) {
	path, err := build()
	if err != nil {
		b.Fatal(err)
	}
	address := listenEcho(b)
	for b.Loop() {
		raw := rawLoop(b, address)
		b.ReportMetric(raw, "raw/s")
		for _, output := range []string{"json", "pretty"} {
			ours := sendLoop(b, path, address, output)
			b.ReportMetric(ours, output+"/s")
			b.ReportMetric(ours/raw, output+"-ratio")
		}
	}
	b.ReportMetric(0, "ns/op")
}

// rawLoop is what one would write by hand: keep the window full, count the answers. It knows
// nothing of ids.
func rawLoop(b *testing.B, address string) (perSecond float64) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 1<<16)
	fmt.Fprint(conn, echoHeader)
	for tag := []byte(nil); !bytes.HasSuffix(tag, []byte("</stream:features>")); {
		if tag, err = r.ReadSlice('>'); err != nil {
			b.Fatal(err)
		}
	}
	start := time.Now()
	sent := 0
	send := func() {
		if sent < benchCount {
			sent++
			fmt.Fprintf(conn, benchQuery, sent)
		}
	}
	for range benchWindow {
		send()
	}
	for range benchCount {
		if _, err := r.ReadSlice('>'); err != nil {
			b.Fatal(err)
		}
		send()
	}
	return benchCount / time.Since(start).Seconds()
}

var prettyRate = regexp.MustCompile(`([\d.]+) per second`)

// sendLoop runs the program, and returns the rate that its summary has.
func sendLoop(b *testing.B, path, address, output string) (perSecond float64) {
	command := exec.Command(path, "send", "-j", echoAccount, "--server", address, "--tls", "off", "--output", output,
		"--to", echoPeer, "--query", "jabber:iq:version", "--count", fmt.Sprint(benchCount), "--window", fmt.Sprint(benchWindow))
	command.Env = append(os.Environ(), "IQSCOPE_PASSWORD="+echoPassword)
	// A file, for this process has the echo server to run and should not read along.
	file, err := os.Create(filepath.Join(b.TempDir(), "output"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	command.Stdout, command.Stderr = file, os.Stderr
	if err := command.Run(); err != nil {
		b.Fatal(err)
	}
	printed, err := os.ReadFile(file.Name())
	if err != nil {
		b.Fatal(err)
	}
	if output == "pretty" {
		match := prettyRate.FindSubmatch(printed)
		if match == nil {
			b.Fatalf("no rate in %q", printed)
		}
		perSecond, _ = strconv.ParseFloat(string(match[1]), 64)
		return perSecond
	}
	lines := bytes.Split(bytes.TrimSpace(printed), []byte("\n"))
	var summary struct {
		OK   int     `json:"ok"`
		Rate float64 `json:"rate_per_s"`
	}
	if err := json.Unmarshal(lines[len(lines)-1], &summary); err != nil || summary.OK != benchCount {
		b.Fatalf("the summary is %s, %v", lines[len(lines)-1], err)
	}
	return summary.Rate
}
