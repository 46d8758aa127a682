package repeat

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Limits of a plan: of the whole a latency each is kept, and more under way than that a session does
// not remember when they have ended.
const (
	MostTotal  = 1_000_000
	MostWindow = 10_000
)

// Plan says how often something is sent, and how many of them at most wait for their answer.
type Plan struct{ Total, Window int }

var errPlan = errors.New("how often is a number, or has how many of them wait at the same time behind it: 100, 100/5")

// Parse reads "100", or "100/5" for at most five under way at a time.
func Parse(text string) (Plan, error) {
	total, window, more := strings.Cut(strings.ReplaceAll(text, " ", ""), "/")
	if !more {
		window = "1"
	}
	t, err := strconv.Atoi(total)
	w, bad := strconv.Atoi(window)
	switch {
	case err != nil || bad != nil:
		return Plan{}, errPlan
	case t < 1 || t > MostTotal:
		return Plan{}, fmt.Errorf("it can be sent 1 to %d times", MostTotal)
	case w < 1 || w > MostWindow:
		return Plan{}, fmt.Errorf("1 to %d can be under way at the same time", MostWindow)
	}
	return Plan{t, min(t, w)}, nil
}
