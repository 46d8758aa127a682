package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// rate is what came of sending many requests; as JSON, on the standard output of a part of a benchmark.
type rate struct {
	PerSecond float64       // round trips, from the first request to the last answer
	CPU       time.Duration // of the process that sent them, for each
}

// best is the highest of some rates: of the turn that nobody disturbed.
func best(rates []rate) (perSecond float64) {
	for _, r := range rates {
		perSecond = max(perSecond, r.PerSecond)
	}
	return perSecond
}

// cheapest is the least that a round trip has cost of the processor, in microseconds.
func cheapest(rates []rate) float64 {
	least := rates[0].CPU
	for _, r := range rates {
		least = min(least, r.CPU)
	}
	return float64(least.Nanoseconds()) / 1000
}

// sender is the program, which sends one request many times.
type sender struct {
	b         *testing.B
	path      string
	env       []string
	output    string
	arguments []string
	idle      time.Duration // what of the processor it takes to start, log in and end
}

// newSender sends what the arguments of "send" say, and prints it in that form.
func newSender(b *testing.B, path string, env []string, output string, arguments ...string) *sender {
	s := &sender{b: b, path: path, env: append(surroundings(b), env...), output: output, arguments: arguments}
	least := time.Hour
	for range 4 {
		const few = 2 // next to nothing
		least = min(least, few*s.sends(few, 1).CPU)
	}
	s.idle = least
	return s
}

func (s *sender) sends(count, window int) rate {
	s.b.Helper()
	command := exec.Command(s.path, append([]string{"send", "--output", s.output,
		"--count", fmt.Sprint(count), "--window", fmt.Sprint(window)}, s.arguments...)...)
	// A file, so that nobody who reads along takes of the processor.
	file, err := os.Create(filepath.Join(s.b.TempDir(), "output"))
	if err != nil {
		s.b.Fatal(err)
	}
	defer file.Close()
	command.Env, command.Stdout, command.Stderr = s.env, file, os.Stderr
	if err := command.Run(); err != nil {
		s.b.Fatal(err)
	}
	printed, err := os.ReadFile(file.Name())
	if err != nil {
		s.b.Fatal(err)
	}
	state := command.ProcessState
	return rate{s.reached(printed, count), (state.UserTime() + state.SystemTime() - s.idle) / time.Duration(count)}
}

var prettyRate = regexp.MustCompile(`([\d.]+) per second`)

// reached is the rate that the summary has.
func (s *sender) reached(printed []byte, count int) float64 {
	s.b.Helper()
	if s.output == "pretty" {
		match := prettyRate.FindSubmatch(printed)
		if match == nil {
			s.b.Fatalf("no rate in %q", printed)
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
		s.b.Fatalf("the summary is %s, %v", lines[len(lines)-1], err)
	}
	return summary.Rate
}

// measured is what it makes to do that many round trips in this process, which has nothing else to do.
func measured(count int, all func() error) (rate, error) {
	began, worked := time.Now(), processorTime()
	err := all()
	took, work := time.Since(began), processorTime()-worked
	return rate{float64(count) / took.Seconds(), work / time.Duration(count)}, err
}

// processorTime is how long the threads of this process have run.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
