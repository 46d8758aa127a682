package crash

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// mostBytes is the longest report: a thousand goroutines.
const mostBytes = 1 << 20

// own are how the runtime's own words begin, which quote nothing.
var own = []string{
	"panic: runtime error: ", "fatal error: ", "runtime: ", "[signal ", "SIGQUIT: ", "SIGABRT: ", "SIGSEGV: ", "SIGILL: ", "SIGTRAP: ", "PC=",
}

// omitted stands where there were other words.
const omitted = "(words that may quote what was typed, received or secret)"

// report is what is written of a failure: all that the runtime said from the first goroutine on, and
// of what stands before that its own words.
func report(program string, at time.Time, words []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s\n\n", program, at.UTC().Format(time.RFC3339))
	head, goroutines := string(words), ""
	if i := bytes.Index(words, []byte("\ngoroutine ")); i >= 0 {
		head, goroutines = string(words[:i+1]), string(words[i+1:])
	}
	left := false
	for line := range strings.Lines(head) {
		switch {
		case isOwn(line):
			b.WriteString(line)
			left = false
		case strings.TrimSpace(line) != "" && !left:
			b.WriteString(omitted + "\n")
			left = true
		}
	}
	b.WriteString("\n" + goroutines)
	return b.Bytes()
}

func isOwn(line string) bool {
	line = strings.TrimLeft(line, "\t ")
	for _, begin := range own {
		if strings.HasPrefix(line, begin) {
			return true
		}
	}
	return false
}
