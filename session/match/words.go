package match

import (
	"maps"
	"slices"

	"iqscope/iqbuilder/stanza"
)

// Steps returns the names that a path may begin with, and of those of keys all that it may go on
// with, sorted: for completion.
func Steps(keys KeyMap) (first, next []string) {
	next = slices.Sorted(maps.Keys(keys))
	first = slices.Concat(slices.Sorted(maps.Keys(stanzaKinds)), next)
	return first, next
}

// Fields returns the names of a stanza's own fields, sorted.
func Fields() []string { return slices.Sorted(maps.Keys(ownFields)) }

// Values returns what a field of a closed list may be; nil for any other.
func Values(field string) []string {
	switch ownFields[field] {
	case ownType:
		return []string{string(stanza.Get), string(stanza.Set), string(stanza.Result), string(stanza.Error)}
	case ownDir:
		return slices.Clone(directions)
	case ownVerdict:
		return slices.Clone(verdicts)
	case ownOutcome:
		return slices.Clone(outcomes)
	}
	return nil
}
