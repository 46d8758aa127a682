package handler

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Matcher decides whether a handler sees a stanza. It is called in the
// deliverer's goroutine and must be quick and safe for concurrent use. String
// describes it in the words of the stanza path language; it is asked once.
type Matcher interface {
	Match(Event) bool
	String() string
}

// matcher is a test with its description.
type matcher struct {
	match func(Event) bool
	text  string
}

func (m matcher) Match(e Event) bool { return m.match(e) }
func (m matcher) String() string     { return m.text }

// MatchAll fits every element, negotiation included.
func MatchAll() Matcher {
	return matcher{func(Event) bool { return true }, "*"}
}

// MatchID fits the elements that carry this id.
func MatchID(id string) Matcher {
	return matcher{
		func(e Event) bool { return e.Stanza.HasID() && e.Stanza.ID() == id },
		"*@id=" + quote(id),
	}
}

// MatchType fits the IQs of this type.
func MatchType(t stanza.Type) Matcher {
	return matcher{
		func(e Event) bool { return e.Stanza.Kind() == stanza.IQ && e.Stanza.Type() == t },
		"iq@type=" + quote(string(t)),
	}
}

// MatchPayload fits the stanzas whose payload has this name and namespace.
func MatchPayload(n stanza.Name) Matcher {
	return matcher{
		func(e Event) bool { return e.Stanza.Payload() == n },
		"*/{" + n.Space + "}" + n.Local,
	}
}

// Incoming restricts a matcher to what arrives.
func Incoming(m Matcher) Matcher {
	return matcher{
		func(e Event) bool { return e.Dir == stanza.In && m.Match(e) },
		"*@dir=in and (" + m.String() + ")",
	}
}

// quote writes a value so that the path language reads it back.
func quote(v string) string {
	switch {
	case v != "" && !strings.ContainsAny(v, " \t\r\n/@=!~<>()\"'"):
		return v
	case !strings.Contains(v, `"`):
		return `"` + v + `"`
	default:
		return `'` + v + `'`
	}
}
