package compose

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"iqscope/tui/words"
)

// Timeouts of one request that are no durations.
const (
	SessionTimeout time.Duration = 0  // the session's own setting
	NoTimeout      time.Duration = -1 // it waits for ever
)

// longestTimeout keeps a slip of the finger from becoming a year; [NoTimeout] is longer.
const longestTimeout = 24 * time.Hour

// Timeout is how long a request waits that is sent from this draft.
func (p *Pane) Timeout() time.Duration { return p.timeout }

// SetTimeout changes it. It belongs to the draft: another one that takes its place has the session's
// timeout, or its own.
func (p *Pane) SetTimeout(d time.Duration) { p.timeout = d }

var errTimeout = errors.New("a timeout is a number of seconds, or has a unit: 45s, 0.3, 5m; none waits for ever")

// ParseTimeout reads what someone typed: "45s", "1m30s", "0.3" (seconds), "none", or nothing for
// the session's own.
func ParseTimeout(text string) (time.Duration, error) {
	switch text = strings.ToLower(strings.ReplaceAll(text, " ", "")); text {
	case "":
		return SessionTimeout, nil
	case "none":
		return NoTimeout, nil
	}
	d, err := time.ParseDuration(text)
	if seconds, bad := strconv.ParseFloat(text, 64); bad == nil {
		d, err = longestTimeout+1, nil
		if seconds <= longestTimeout.Seconds() { // not so of NaN
			d = time.Duration(seconds * float64(time.Second))
		}
	}
	switch {
	case err != nil:
		return 0, errTimeout
	case d <= 0:
		return 0, errors.New("a timeout is more than nothing; none waits for ever")
	case d > longestTimeout:
		return 0, fmt.Errorf("a timeout is at most %s; none waits for ever", words.Setting(longestTimeout))
	}
	return d, nil
}

// TimeoutText spells a timeout so that [ParseTimeout] reads it back.
func TimeoutText(d time.Duration) string {
	switch d {
	case SessionTimeout:
		return ""
	case NoTimeout:
		return "none"
	}
	return d.String()
}
