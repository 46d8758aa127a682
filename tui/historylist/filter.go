package historylist

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// The words of a filter that are no part of the stanza path language: each with a colon and what it
// has to be.
var filterKeys = []string{"outcome", "to", "payload", "account", "tag", "since", "until", "is"}

// FilterWords are what a filter may begin with beside a stanza path, for completion.
func FilterWords() []string {
	words := []string{"is:pinned"}
	for _, key := range filterKeys {
		if key != "is" {
			words = append(words, key+":")
		}
	}
	return words
}

// OutcomeWords are what may stand behind outcome:.
func OutcomeWords() []string { return match.Values("outcome") }

// ParseFilter reads a filter: a stanza path, and words with a colon before, behind or in between.
//
//	outcome:timeout,error to:pubsub.example.org since:2d iq@type=set
//
// What stands in quotes is one word. The path is what compile makes of the rest, if there is any; that
// has spaces in place of the words, so that places in it are places in the text. A date without a time
// is the whole day, in the zone of now.
func ParseFilter(text string, now time.Time, compile func(path string) (*match.Expr, error)) (history.Query, error) {
	var q history.Query
	var path []string
	given := map[string]bool{}
	for _, word := range split(text) {
		key, value, ok := strings.Cut(word, ":")
		if !ok || !slices.Contains(filterKeys, key) {
			path = append(path, word)
			continue
		}
		path = append(path, strings.Repeat(" ", len(word)))
		switch value = unquoted(value); {
		case value == "":
			return history.Query{}, fmt.Errorf("something is missing behind %s:, such as %s", key, example(key))
		case given[key]:
			return history.Query{}, fmt.Errorf("%s: stands there twice", key)
		}
		given[key] = true
		if err := set(&q, key, value, now); err != nil {
			return history.Query{}, err
		}
	}
	if rest := strings.Join(path, ""); strings.TrimSpace(rest) != "" {
		expr, err := compile(rest)
		if err != nil {
			return history.Query{}, err
		}
		q.Match = expr
	}
	return q, nil
}

// set takes in what stands behind a key.
func set(q *history.Query, key, value string, now time.Time) error {
	var err error
	switch key {
	case "outcome":
		for word := range strings.SplitSeq(value, ",") {
			o := strings.TrimSpace(word)
			if !slices.Contains(OutcomeWords(), o) {
				return fmt.Errorf("%.40q is no outcome; there are %s", word, strings.Join(OutcomeWords(), ", "))
			}
			q.Outcomes = append(q.Outcomes, stanza.Outcome(o))
		}
	case "to":
		q.Target = value
	case "payload":
		q.Payload = value
	case "account":
		q.Account = value
	case "tag":
		q.Tag = value
	case "since":
		q.Since, _, err = history.When(value, now)
	case "until":
		_, q.Until, err = history.When(value, now)
	case "is":
		if value != "pinned" {
			return errors.New("only is:pinned can be asked for")
		}
		q.Pinned = true
	}
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

func example(key string) string {
	switch key {
	case "outcome":
		return "outcome:timeout"
	case "to":
		return "to:romeo@example.org"
	case "payload":
		return "payload:ping"
	case "account":
		return "account:juliet@example.org"
	case "tag":
		return "tag:todo"
	case "is":
		return "is:pinned"
	}
	return key + ":2h or " + key + ":2026-11-26"
}

// split cuts a text into words and the spaces between them. A quote holds until the same one comes
// again; within a word it may stand anywhere.
func split(text string) []string {
	var words []string
	begin, quote, space := 0, rune(0), true
	for i, r := range text {
		blank := quote == 0 && unicode.IsSpace(r)
		if blank != space && i > begin {
			words = append(words, text[begin:i])
			begin = i
		}
		space = blank
		switch {
		case quote == r:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		}
	}
	if begin < len(text) {
		words = append(words, text[begin:])
	}
	return words
}

// unquoted takes the quotes off a value that has them round it.
func unquoted(value string) string {
	for _, quote := range []string{`"`, `'`} {
		if inside, ok := strings.CutPrefix(value, quote); ok {
			return strings.TrimSuffix(inside, quote)
		}
	}
	return value
}
