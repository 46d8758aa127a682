package xmpptest

import (
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// T is what is needed of a testing.TB, or of a property's *rapid.T.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Stanza is an element of a client's stream.
func Stanza(t T, xml string) *stanza.Stanza {
	t.Helper()
	return StanzaIn(t, stanza.ClientScope(), xml)
}

// StanzaIn is an element in any scope.
func StanzaIn(t T, scope stanza.Scope, xml string) *stanza.Stanza {
	t.Helper()
	st, err := stanza.Parse(xml, scope)
	if err != nil {
		t.Fatalf("%v in %.200s", err, xml)
	}
	return st
}

// JID is an address; "" is that of nobody.
func JID(t T, text string) stanza.JID {
	t.Helper()
	if text == "" {
		return stanza.JID{}
	}
	jid, err := stanza.ParseJID(text)
	if err != nil {
		t.Fatalf("%v in the address %q", err, text)
	}
	return jid
}

// Get is an IQ that asks, by a disco#info query unless the options say otherwise.
func Get(t T, options ...iqbuilder.Option) *stanza.Stanza {
	t.Helper()
	query := []iqbuilder.Option{iqbuilder.WithQuery(stanza.NSDiscoInfo)}
	return built(t, iqbuilder.Get, append(query, options...))
}

// Set is an IQ that changes something.
func Set(t T, options ...iqbuilder.Option) *stanza.Stanza {
	t.Helper()
	return built(t, iqbuilder.Set, options)
}

// Result is the result for a request.
func Result(t T, request *stanza.Stanza, options ...iqbuilder.Option) *stanza.Stanza {
	t.Helper()
	return built(t, iqbuilder.Result, append([]iqbuilder.Option{iqbuilder.InReplyTo(request)}, options...))
}

func built(t T, build func(...iqbuilder.Option) (*stanza.Stanza, error), options []iqbuilder.Option) *stanza.Stanza {
	t.Helper()
	iq, err := build(options...)
	if err != nil {
		t.Fatalf("building an IQ: %v", err)
	}
	return iq
}
