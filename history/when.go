package history

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// moments are how a time may be written, but for a day, and for how long ago it was.
var moments = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339Nano}

// When reads what people write for the time of a Query: a date, a date with a time, of the place of now
// unless it names a zone, today, yesterday, or how long ago, as Span reads it. end is where a day ends;
// of a moment it is begin.
func When(text string, now time.Time) (begin, end time.Time, err error) {
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch text {
	case "today":
		return midnight, midnight.AddDate(0, 0, 1), nil
	case "yesterday":
		return midnight.AddDate(0, 0, -1), midnight, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return day, day.AddDate(0, 0, 1), nil
	}
	for _, layout := range moments {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t, t, nil
		}
	}
	if ago, err := Span(text); err == nil {
		t := now.Add(-ago)
		return t, t, nil
	}
	return time.Time{}, time.Time{}, fmt.Errorf("want a date such as 2026-11-26, with a time such as 2026-11-26T12:00, today, yesterday, or how long ago, such as 2h or 3d, not %.40q", text)
}

// Span reads a span of time: days with a d behind their number, or a duration as Go writes it. It is
// never negative.
func Span(text string) (time.Duration, error) {
	const day = 24 * time.Hour
	if number, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(number, 10, 32)
		if err != nil || n > math.MaxInt64/uint64(day) {
			return 0, errSpan
		}
		return time.Duration(n) * day, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, errSpan
	}
	return d, nil
}

var errSpan = errors.New("want days, or a duration such as 12h: 90d")
