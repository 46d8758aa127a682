package wire

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// redactBroken is Redact for what cannot be read as an element. Nobody knows what a text in it is,
// so that all text goes if there is any sign of a secret: the name of an element that holds one,
// or a word that marks a form's. Names and attributes stay, but for those that are secrets.
func (s Secrets) redactBroken(el *stanza.Stanza) (*stanza.Stanza, bool) {
	xml, marks := el.XML(), s.own.marksInBroken()
	if !marks.signs.MatchString(xml) {
		return el, false
	}
	secrets := marks.texts(xml)
	for _, at := range marks.attributes.FindAllStringSubmatchIndex(xml, -1) {
		for value := at[2:]; len(value) > 0; value = value[2:] {
			if value[0] < value[1] { // -1 and -1 where it is written in another way
				secrets = append(secrets, span{value[0], value[1]})
			}
		}
	}
	if len(secrets) == 0 {
		return el, false
	}
	secrets = merged(secrets)
	fault := *el.Fault()
	fault.Offset = int64(moved(xml, int(fault.Offset), secrets))
	shown := hide(xml, secrets)
	fault.Detail = quotedNames.ReplaceAllStringFunc(fault.Detail, func(quoted string) string {
		name, err := strconv.Unquote(strings.TrimSuffix(quoted, "…"))
		if err != nil || strings.Contains(xml, name) && !strings.Contains(shown, name) {
			return "[hidden]" // what looked like a tag was a part of a secret
		}
		return quoted
	})
	return stanza.NewBroken(shown, fault, el.Scope()), true
}

// quotedNames finds what a fault's words quote of the element, which may be cut.
var quotedNames = regexp.MustCompile(`"[^"]*"…?`)

// merged are the spans in their order, with those that overlap made one.
func merged(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.pos - b.pos })
	apart := spans[:1]
	for _, s := range spans[1:] {
		if last := &apart[len(apart)-1]; s.pos < last.end {
			last.end = max(last.end, s.end)
		} else {
			apart = append(apart, s)
		}
	}
	return apart
}

// marks find what is a secret in an element that cannot be read.
type marks struct {
	// signs finds an element that is a secret by its local name, for its namespace may be declared
	// where nobody sees it any more; and what marks the other places that secrets.go and the user
	// know, or may mark them, in a value that has characters by their numbers.
	signs *regexp.Regexp
	// attributes finds the value of an attribute that is a secret: up to the quote that ends it, or
	// all that is left where none does; and without quotes.
	attributes *regexp.Regexp
	// start finds the start tag of an element whose content is a secret, whose name is then as it
	// is written.
	start *regexp.Regexp
}

// builtinMarks are those of secrets.go.
var builtinMarks = newMarks(nil, nil, nil)

// newMarks makes marks for secrets.go and for more local names of elements, names of attributes,
// and patterns of how the vars of fields may be written.
func newMarks(elements, attributes, fields []string) *marks {
	// Names of one's own may begin and end with letters that are no part of a word to \b.
	content := either(append([]string{`(?:` + either(localNames()) + `)\b`}, quoted(elements)...))
	names := either(append([]string{`\b(?:` + either(slices.Collect(maps.Values(secretAttribute))) + `)`}, quoted(attributes)...))
	words := either(append([]string{"password", "secret", "token", "preauth", "landing-url", "text-private", "authorization", "cookie"}, fields...))
	return &marks{
		signs:      regexp.MustCompile(`[</:](?:` + content + `)|(?:` + names + `)\s*=|(?i:` + words + `)|=\s*["'][^"'<>]*&#`),
		attributes: regexp.MustCompile(`(?:` + names + `)\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"'<>][^\s<>]*))`),
		start:      regexp.MustCompile(`^<((?:[^\s<>/:]*:)?(?:` + content + `))[\s>]`),
	}
}

func localNames() (names []string) {
	for name := range secretContent {
		names = append(names, regexp.QuoteMeta(name.Local))
	}
	return names
}

// quoted are patterns of just these words.
func quoted(words []string) []string {
	patterns := make([]string, len(words))
	for i, word := range words {
		patterns[i] = regexp.QuoteMeta(word)
	}
	return patterns
}

// either is a pattern of any of some patterns.
func either(patterns []string) string {
	slices.Sort(patterns)
	return strings.Join(slices.Compact(patterns), "|")
}

// texts are all pieces of xml that are no tags and not only white space. What stands in an element
// that holds a secret is one piece, for what looks like a tag there may be a part of it.
func (m *marks) texts(xml string) []span {
	var found []span
	for at := 0; at < len(xml); {
		begin := at
		if end := tagEnd(xml, at); end > at {
			tag := xml[at:end]
			at, begin = end, end
			if name := m.start.FindStringSubmatch(tag); name != nil && !strings.HasSuffix(tag, "/>") {
				content, _, _ := strings.Cut(xml[end:], "</"+name[1])
				at = end + len(content)
			}
		} else {
			at = textEnd(xml, at)
		}
		if strings.Trim(xml[begin:at], " \t\r\n") != "" {
			found = append(found, span{begin, at})
		}
	}
	return found
}

// textEnd is the end of the text, the CDATA section or the comment that begins at a place.
func textEnd(xml string, at int) int {
	switch rest := xml[at:]; {
	case strings.HasPrefix(rest, "<![CDATA["):
		return behind(xml, at, "]]>")
	case strings.HasPrefix(rest, "<!--"):
		return behind(xml, at, "-->")
	}
	if next := strings.IndexByte(xml[at+1:], '<'); next >= 0 {
		return at + 1 + next
	}
	return len(xml)
}

// behind is where the first end at or behind at ends; the end of xml if there is none.
func behind(xml string, at int, end string) int {
	if i := strings.Index(xml[at:], end); i >= 0 {
		return at + i + len(end)
	}
	return len(xml)
}

// tagEnd is the end of the tag that begins at a place, and the place itself if none does. A quote
// that does not end before the next tag is none: the tag ends at the first ">" then. What has no
// end before the next tag is none either, but for the element's own.
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
		case c == '<' && first == 0 && at > 0:
			return at
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
