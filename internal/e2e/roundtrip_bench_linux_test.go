package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	roundTripRounds = 3
	// roundTripCPU is what a round trip may cost, in microseconds.
	roundTripCPU = 4
)

var roundTripCourses = []struct {
	window, count int
	goal          float64 // what of the rate of the hand-written loop a session is to reach
}{{64, 100_000, 0.40}, {1, 20_000, 0.90}}

// BenchmarkRoundTrip compares requests and their replies, over TLS, against a server that answers at
// once: by a hand-written loop, by a session, and by "send --count". Each is a process of its own, as the
// server is; they take turns, and of each the best turn counts. "-of-raw" is the rate as a share of
// the loop's, "cpu-µs" what the client takes of the processor for each, the log on, and "of-goal" what
// the session reaches of 0.4 of the loop at a window of 64, and of 0.9 at 1.
func BenchmarkRoundTrip(b *testing.B) {
	path, err := build()
	if err != nil {
		b.Fatal(err)
	}
	echo := startEcho(b)
	ways := []struct {
		name string
		do   func(course) outcome
	}{
		{"raw", func(c course) outcome { return playIn(b, "raw", c) }},
		{"session", func(c course) outcome { return playIn(b, "session", c) }},
		{"send", func(c course) outcome { return sendIn(b, path, "pretty", c) }},
		{"json", func(c course) outcome { return sendIn(b, path, "json", c) }},
	}
	for _, row := range roundTripCourses {
		b.Run(fmt.Sprintf("window=%d", row.window), func(b *testing.B) {
			best := make([]outcome, len(ways))
			for b.Loop() {
				for range roundTripRounds {
					for i, way := range ways {
						o := way.do(course{echo.Server, echo.Certificate, row.count, row.window})
						if best[i].PerSecond == 0 || o.CPU < best[i].CPU {
							best[i].CPU = o.CPU
						}
						best[i].PerSecond = max(best[i].PerSecond, o.PerSecond)
					}
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(best[1].PerSecond/best[0].PerSecond/row.goal, "of-goal")
			b.ReportMetric(best[1].CPU/roundTripCPU, "cpu-of-goal")
			for i, way := range ways {
				b.ReportMetric(best[i].PerSecond, way.name+"/s")
				b.ReportMetric(best[i].CPU, way.name+"-cpu-µs")
				if i > 0 {
					b.ReportMetric(best[i].PerSecond/best[0].PerSecond, way.name+"-of-raw")
				}
			}
		})
	}
}

// startEcho starts the server.
func startEcho(b *testing.B) course {
	command := inRole(b, "echo")
	in, out := piped(b, command)
	b.Cleanup(func() {
		in.Close()
		if err := command.Wait(); err != nil {
			b.Error(err)
		}
	})
	var echo course
	if _, err := io.WriteString(in, "{}\n"); err != nil {
		b.Fatal(err)
	}
	if err := json.NewDecoder(out).Decode(&echo); err != nil {
		b.Fatal(err)
	}
	go io.Copy(io.Discard, out)
	return echo
}

func inRole(b *testing.B, role string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	command := exec.Command(self)
	command.Env = append(os.Environ(), roleVariable+"="+role)
	command.Stderr = os.Stderr
	return command
}

// playIn has a process of its own go the course.
func playIn(b *testing.B, role string, c course) (o outcome) {
	command := inRole(b, role)
	in, err := json.Marshal(c)
	if err != nil {
		b.Fatal(err)
	}
	command.Stdin = strings.NewReader(string(in))
	out, err := command.Output()
	if err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(out, &o); err != nil {
		b.Fatal(err)
	}
	return o
}

// sendIn has the program go the course. What it takes of the processor is what it takes in all but
// what it takes for a single request.
func sendIn(b *testing.B, path, output string, c course) outcome {
	once := c
	once.Count = 1
	_, least := runSend(b, path, output, once)
	perSecond, took := runSend(b, path, output, c)
	return outcome{PerSecond: perSecond, CPU: float64((took - least).Microseconds()) / float64(c.Count)}
}

func runSend(b *testing.B, path, output string, c course) (perSecond float64, cpu time.Duration) {
	ca := filepath.Join(b.TempDir(), "echo.pem")
	if err := os.WriteFile(ca, []byte(c.Certificate), 0o600); err != nil {
		b.Fatal(err)
	}
	command := exec.Command(path, "send", "-j", echoAccount, "--server", c.Server, "--tls", "direct", "--ca", ca,
		"--output", output, "--to", echoPeer, "--query", "jabber:iq:version",
		"--count", fmt.Sprint(c.Count), "--window", fmt.Sprint(c.Window))
	command.Env = append(surroundings(b), "IQSCOPE_PASSWORD="+echoPassword)
	// A file, so that nobody who reads along takes of the processor.
	file, err := os.Create(filepath.Join(b.TempDir(), "output"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	command.Stdout, command.Stderr = file, os.Stderr
	if err := command.Run(); err != nil {
		b.Fatal(err)
	}
	cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	if c.Count == 1 {
		return 0, cpu
	}
	printed, err := os.ReadFile(file.Name())
	if err != nil {
		b.Fatal(err)
	}
	return rateOf(b, output, printed, c.Count), cpu
}

var prettyRate = regexp.MustCompile(`([\d.]+) per second`)

// rateOf is the rate that the summary has.
func rateOf(b *testing.B, output string, printed []byte, count int) float64 {
	if output == "pretty" {
		match := prettyRate.FindSubmatch(printed)
		if match == nil {
			b.Fatalf("no rate in %q", printed)
		}
		perSecond, _ := strconv.ParseFloat(string(match[1]), 64)
		return perSecond
	}
	lines := bytes.Split(bytes.TrimSpace(printed), []byte("\n"))
	var summary struct {
		OK   int     `json:"ok"`
		Rate float64 `json:"rate_per_s"`
	}
	if err := json.Unmarshal(lines[len(lines)-1], &summary); err != nil || summary.OK != count {
		b.Fatalf("the summary is %s, %v", lines[len(lines)-1], err)
	}
	return summary.Rate
}
