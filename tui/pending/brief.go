package pending

import (
	"strings"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/words"
)

// briefParts is how many things a reply may say that is told in a line.
const briefParts = 5

// brief is what a reply says by the names of the catalogue, where that is one line: "name Prosody ·
// version 1"; "" where it is more, or nothing. Wrong says that the reply is of another kind than was
// asked for.
func brief(kinds func() *catalog.Catalog, v session.Exchange) (said, wrong string) {
	if v.Outcome != stanza.OutcomeResult {
		return "", ""
	}
	l := kinds().Label(v.Stanza, v.Reply)
	if l == nil {
		return "", ""
	}
	if l.Wrong != "" {
		wrong = words.Sentence(l.Wrong)
	}
	if len(l.Rest) > 0 || len(l.Parts) > briefParts {
		return "", wrong
	}
	var parts []string
	for _, p := range l.Parts {
		switch {
		case p.Form != nil, p.Rows != nil, len(p.Values) != 1, p.Field.Secret, strings.Contains(p.Values[0], "\n"):
			return "", wrong
		case p.Field.Type == catalog.Flag:
			parts = append(parts, p.Field.Name)
		default:
			parts = append(parts, p.Field.Name+" "+p.Values[0])
		}
	}
	return strings.Join(parts, " · "), wrong
}
