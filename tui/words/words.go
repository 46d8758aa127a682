// Package words spells numbers, durations and the names of stanzas the way the screen says them, so
// that the same thing reads the same in every pane.
//
// Durations come out short and with a unit: "0.4 ms", "12 ms", "1.04 s", "2 m 05 s". Everything
// that quotes a stanza comes out as safetext.Text.
package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Fine is how much time must be left at most for a countdown to show tenths of a second. Above it,
// a countdown changes once a second.
const Fine = 5 * time.Second

// Duration spells a measured duration with about three digits.
func Duration(d time.Duration) string {
	switch ms := float64(d) / float64(time.Millisecond); {
	case d < 0:
		return "-" + Duration(-d)
	case ms < 9.95:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	case ms < 999.5:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	case ms < 9995:
		return strconv.FormatFloat(ms/1000, 'f', 2, 64) + " s"
	case ms < 59950:
		return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
	}
	return minutes(d.Round(time.Second))
}

// Left spells the time that is left of a countdown: whole seconds, rounded up, and tenths in the
// last [Fine] seconds. Time that has run out is "0.0 s".
func Left(d time.Duration) string {
	switch {
	case d <= 0:
		return "0.0 s"
	case d <= Fine:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return Waited(d + time.Second - 1)
}

// Waited spells how long something has lasted so far, in whole seconds.
func Waited(d time.Duration) string {
	d = max(0, d.Truncate(time.Second))
	if d < time.Minute {
		return strconv.Itoa(int(d/time.Second)) + " s"
	}
	return minutes(d)
}

// Setting spells a duration that someone chose, exactly: "30 s", "1.5 s", "5 m".
func Setting(d time.Duration) string {
	switch {
	case d < time.Second:
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
	case d%time.Minute == 0 && d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " m"
	}
	return minutes(d.Round(time.Second))
}

func minutes(d time.Duration) string {
	seconds := int(d / time.Second)
	if seconds < 3600 {
		return fmt.Sprintf("%d m %02d s", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d h %02d m", seconds/3600, seconds/60%60)
}

// Count spells a number with commas: 4,096.
func Count[N int | int64 | uint64](n N) string {
	digits := strconv.FormatInt(int64(n), 10)
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// Plural spells a number with its noun: "1 request", "2 requests".
func Plural[N int | int64 | uint64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

// Size spells a number of bytes: "812 B", "1.3 kB", "4.0 MB".
func Size(n int) string {
	switch {
	case n < 1000:
		return strconv.Itoa(n) + " B"
	case n < 1_000_000:
		return strconv.FormatFloat(float64(n)/1e3, 'f', 1, 64) + " kB"
	}
	return strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) + " MB"
}

// Sentence gives an error's message a capital letter and a full stop.
func Sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if s == "" || first == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(s[size:], ".") + "."
}

// Ordinal spells a number's place in a row: "1st", "2nd", "11th".
func Ordinal(n int) string {
	ending := "th"
	if n%100/10 != 1 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return Count(n) + ending
}
