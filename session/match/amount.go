package match

import (
	"strconv"
	"strings"
	"time"
)

// amount is what < and > compare: a number or a size, or a duration.
type amount struct {
	n        float64 // seconds of a duration
	duration bool
}

// sizes are the suffixes of sizes. There is no small m, which means minutes.
var sizes = map[byte]float64{'k': 1 << 10, 'K': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}

// parseAmount reads 12, -1.5, 4k, 2M, 1G, 500ms or 1m30s.
func parseAmount(s string) (amount, bool) {
	if s == "" {
		return amount{}, false
	}
	if n, ok := parseNumber(s); ok {
		return amount{n: n}, true
	}
	if factor, ok := sizes[s[len(s)-1]]; ok {
		n, ok := parseNumber(s[:len(s)-1])
		return amount{n: n * factor}, ok
	}
	d, err := time.ParseDuration(s)
	return amount{n: d.Seconds(), duration: true}, err == nil
}

// parseNumber reads a decimal number; of strconv's other forms (hexadecimal,
// exponents, infinity) the language has none.
func parseNumber(s string) (float64, bool) {
	if strings.Trim(s, "+-.0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}
