package capture

import (
	"strings"
	"time"
)

// clock reads the time that stands first in the text before an entry, such as "2026-11-27 12:00:01,5
// DEBUG:". A time without a zone is of the zone of this machine. One without a date is in the year 0.
func clock(text string) (time.Time, bool) {
	words := strings.Fields(text)
	for i, word := range words {
		word = strings.TrimLeft(word, "[(")
		if len(word) == 0 || word[0] < '0' || word[0] > '9' {
			continue
		}
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		if t, ok := stamp(word, next); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// stamp reads a time from a word, or from two.
func stamp(word, next string) (time.Time, bool) {
	if !strings.ContainsAny(word, "-/") {
		t, err := time.Parse("15:04:05", digits(word))
		return afternoon(t, next), err == nil
	}
	whole := strings.TrimRight(word, ":,;])")
	if t, err := time.Parse(time.RFC3339Nano, whole); err == nil {
		return t, true
	}
	if t, err := time.ParseInLocation("2006-01-02T15:04:05", whole, time.Local); err == nil {
		return t, true
	}
	for _, date := range []string{"2006-01-02", "02/01/2006", "2006/01/02"} {
		if t, err := time.ParseInLocation(date+" 15:04:05", word+" "+digits(next), time.Local); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// afternoon is a time of a clock of twelve hours, if the word behind it says that it is one.
func afternoon(t time.Time, word string) time.Time {
	switch word = strings.Trim(word, ":,;])"); {
	case word == "PM" && t.Hour() < 12:
		return t.Add(12 * time.Hour)
	case word == "AM" && t.Hour() == 12:
		return t.Add(-12 * time.Hour)
	}
	return t
}

// digits is how far a word is a time of day.
func digits(word string) string {
	end := 0
	for end < len(word) && strings.IndexByte("0123456789:.,", word[end]) >= 0 {
		end++
	}
	return strings.TrimRight(word[:end], ":.,")
}

// console reads the time of a mark in a console as strftime's %c has it. Its form is the language's:
// without an English month and a year, it is the time of day alone.
func console(text string) (time.Time, bool) {
	t, ok := clock(text)
	if !ok || t.Year() != 0 {
		return t, ok
	}
	var year, day int
	var month time.Month
	for _, word := range strings.Fields(text) {
		if n, err := time.Parse("Jan", word); err == nil {
			month = n.Month()
		} else if n, err := time.Parse("2006", word); err == nil {
			year = n.Year()
		} else if n, err := time.Parse("2", word); err == nil {
			day = n.Day()
		}
	}
	if year == 0 || month == 0 || day == 0 {
		return t, true
	}
	return time.Date(year, month, day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local), true
}

// follow gives a time without a date the day after that of the one before, when midnight was between.
func follow(before, t time.Time) time.Time {
	if t.Year() != 0 || before.Year() != 0 || before.IsZero() {
		return t
	}
	day := time.Date(before.Year(), before.Month(), before.Day(), 0, 0, 0, 0, time.UTC)
	t = day.Add(t.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)))
	if before.Sub(t) > 12*time.Hour {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// dayless is what is said to others of a time without a date.
func dayless(t time.Time) time.Time {
	if t.Year() != 0 {
		return t
	}
	return time.Date(1970, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local)
}
