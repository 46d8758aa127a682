package history_test

import (
	"testing"
	"time"

	"iqscope/history"
)

func TestTimesAreRead(t *testing.T) {
	now := time.Date(2026, 11, 26, 15, 4, 5, 0, time.FixedZone("here", 3600))
	for text, want := range map[string][2]string{
		"2026-11-25":                  {"2026-11-25T00:00:00+01:00", "2026-11-26T00:00:00+01:00"},
		"today":                       {"2026-11-26T00:00:00+01:00", "2026-11-27T00:00:00+01:00"},
		"yesterday":                   {"2026-11-25T00:00:00+01:00", "2026-11-26T00:00:00+01:00"},
		"2026-11-25T12:00":            {"2026-11-25T12:00:00+01:00", ""},
		"2026-11-25T12:00:07":         {"2026-11-25T12:00:07+01:00", ""},
		"2026-11-25T12:00:07Z":        {"2026-11-25T12:00:07Z", ""},
		"2026-11-25T12:00:07.5+05:00": {"2026-11-25T12:00:07+05:00", ""},
		"2h":                          {"2026-11-26T13:04:05+01:00", ""},
		"3d":                          {"2026-11-23T15:04:05+01:00", ""},
		"1h30m":                       {"2026-11-26T13:34:05+01:00", ""},
	} {
		if want[1] == "" {
			want[1] = want[0]
		}
		begin, end, err := history.When(text, now)
		if err != nil || begin.Format(time.RFC3339) != want[0] || end.Format(time.RFC3339) != want[1] {
			t.Errorf("%s is %v to %v, %v; want %s", text, begin, end, err, want)
		}
	}
	for _, text := range []string{"", "soon", "2026-13-01", "-1h", "d", "-3d", "1.5d", "99999999999d", "2026"} {
		if begin, _, err := history.When(text, now); err == nil {
			t.Errorf("%s is %v", text, begin)
		}
	}
}
