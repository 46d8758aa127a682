package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// roundTripCPU is what a round trip may cost, in microseconds.
const roundTripCPU = 4

var roundTripCourses = []struct {
	window, count, rounds int
	goal                  float64 // what of the rate of the hand-written loop a session is to reach
}{
	{64, 100_000, 5, 0.40},
	// Of one turn much depends on which processors the system gives to client and server.
	{1, 5_000, 12, 0.90},
}

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
	plays := func(role string) func(count, window int) rate {
		return func(count, window int) rate {
			return playIn(b, role, course{echo.Server, echo.Certificate, count, window})
		}
	}
	ca := filepath.Join(b.TempDir(), "echo.pem")
	if err := os.WriteFile(ca, []byte(echo.Certificate), 0o600); err != nil {
		b.Fatal(err)
	}
	sends := func(output string) func(count, window int) rate {
		return newSender(b, path, []string{"IQSCOPE_PASSWORD=" + echoPassword}, output, "-j", echoAccount,
			"--server", echo.Server, "--tls", "direct", "--ca", ca, "--to", echoPeer, "--query", "jabber:iq:version").sends
	}
	ways := []struct {
		name string
		do   func(count, window int) rate
	}{{"raw", plays("raw")}, {"session", plays("session")}, {"send", sends("pretty")}, {"json", sends("json")}}
	for _, row := range roundTripCourses {
		b.Run(fmt.Sprintf("window=%d", row.window), func(b *testing.B) {
			rates := make([][]rate, len(ways))
			for b.Loop() {
				for range row.rounds {
					for i, way := range ways {
						rates[i] = append(rates[i], way.do(row.count, row.window))
					}
				}
			}
			raw, session := rates[0], rates[1]
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(best(session)/best(raw)/row.goal, "of-goal")
			b.ReportMetric(cheapest(session)/roundTripCPU, "cpu-of-goal")
			for i, way := range ways {
				b.ReportMetric(best(rates[i]), way.name+"/s")
				b.ReportMetric(cheapest(rates[i]), way.name+"-cpu-µs")
				if i > 0 {
					b.ReportMetric(best(rates[i])/best(raw), way.name+"-of-raw")
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
func playIn(b *testing.B, role string, c course) rate {
	command := inRole(b, role)
	in, err := json.Marshal(c)
	if err != nil {
		b.Fatal(err)
	}
	command.Stdin = bytes.NewReader(in)
	out, err := command.Output()
	if err != nil {
		b.Fatal(err)
	}
	var r rate
	if err := json.Unmarshal(out, &r); err != nil {
		b.Fatal(err)
	}
	return r
}
