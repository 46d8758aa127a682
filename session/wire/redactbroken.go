package wire

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// redactBroken is Redact for what cannot be read as an element. Nobody knows what a text in it is,
// so that all text goes if there is any sign of a secret: the name of an element that holds one,
// or a word that marks a form's. Names and attributes stay, but for those that are secrets.
func redactBroken(el *stanza.Stanza) (*stanza.Stanza, bool) {
	xml := el.XML()
	if !secretSigns.MatchString(xml) {
		return el, false
	}
	secrets := texts(xml)
	for _, at := range secretAttributes.FindAllStringSubmatchIndex(xml, -1) {
		inText := slices.ContainsFunc(secrets, func(s span) bool { return s.pos < at[3] && at[2] < s.end })
		if at[2] < at[3] && !inText {
			secrets = append(secrets, span{at[2], at[3]})
		}
	}
	if len(secrets) == 0 {
		return el, false
	}
	slices.SortFunc(secrets, func(a, b span) int { return a.pos - b.pos })
	fault := *el.Fault()
	fault.Offset = int64(moved(xml, int(fault.Offset), secrets))
	return stanza.NewBroken(hide(xml, secrets), fault, el.Scope()), true
}

// secretSigns finds an element of secretContent by its local name, for its namespace may be
// declared where nobody sees it any more; and what marks the other places that secrets.go knows.
var secretSigns = func() *regexp.Regexp {
	var names []string
	for name := range secretContent {
		names = append(names, regexp.QuoteMeta(name.Local))
	}
	return regexp.MustCompile(`[</:](?:` + either(names) + `)\b|\b(?:` + either(attributeNames()) + `)\s*=` +
		`|(?i:password|secret|text-private|authorization|cookie)`)
}()

// secretAttributes finds the value of an attribute that is a secret, also one that is cut off.
var secretAttributes = regexp.MustCompile(`\b(?:` + either(attributeNames()) + `)\s*=\s*["']([^"'<>]*)`)

func attributeNames() []string { return slices.Collect(maps.Values(secretAttribute)) }

// either is a pattern of any of the words.
func either(words []string) string {
	slices.Sort(words)
	return strings.Join(slices.Compact(words), "|")
}

// texts are all pieces of xml that are no tags and not only white space.
func texts(xml string) []span {
	var found []span
	for at := 0; at < len(xml); {
		if end := tagEnd(xml, at); end > at {
			at = end
			continue
		}
		begin := at
		switch rest := xml[at:]; {
		case strings.HasPrefix(rest, "<![CDATA["):
			at = behind(xml, at, "]]>")
		case strings.HasPrefix(rest, "<!--"):
			at = behind(xml, at, "-->")
		default:
			at++
			for at < len(xml) && xml[at] != '<' {
				at++
			}
		}
		if strings.Trim(xml[begin:at], " \t\r\n") != "" {
			found = append(found, span{begin, at})
		}
	}
	return found
}

// behind is where the first end at or behind at ends; the end of xml if there is none.
func behind(xml string, at int, end string) int {
	if i := strings.Index(xml[at:], end); i >= 0 {
		return at + i + len(end)
	}
	return len(xml)
}

// tagEnd is the end of the tag that begins at a place, and the place itself if none does. A quote
// that does not end before the next tag is none: the tag ends at the first ">" then.
func tagEnd(xml string, at int) int {
	if !tagStart.MatchString(xml[at:]) {
		return at
	}
	first := 0
	var quote byte
	for i := at + 1; i < len(xml); i++ {
		c := xml[i]
		switch {
		case c == '>' && quote == 0:
			return i + 1
		case c == '>' && first == 0:
			first = i + 1
		case c == '<' && first == 0:
			return i
		case c == '<':
			return first
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		}
	}
	if first > 0 {
		return first
	}
	return len(xml)
}

// tagStart is the beginning of a start tag, an end tag or an XML declaration.
var tagStart = regexp.MustCompile(`^<(?:[/?]?[^\s<>!/?&'"=]|$)`)

// moved is where a place is when the secrets are hidden; of one inside a secret, where that begins.
func moved(xml string, at int, secrets []span) int {
	before := slices.Clone(secrets)
	for i, s := range before {
		if s.end > at {
			before = before[:i]
			at = min(at, s.pos)
			break
		}
	}
	return len(hide(xml[:at], before))
}
