// Package iqbuilder builds IQs, changes them, reads typed ones, and checks them
// against the rules of RFC 6120 §8.
//
//	iq, err := iqbuilder.Get(
//		iqbuilder.WithQuery(stanza.NSDiscoInfo),
//		iqbuilder.To("user@example.com"),
//	)
//
// What is built is exact: the bytes of the returned stanza are the bytes that
// will be sent. Typed text is never reformatted. Functions are safe for
// concurrent use.
package iqbuilder

import (
	"crypto/rand"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// New builds an IQ of the given type with a generated id, no from and no to,
// unless options say otherwise. It refuses what RFC 6120 §8.2.3 forbids with a
// *RuleError, whose place is one in what would have been built.
func New(t stanza.Type, opts ...Option) (*stanza.Stanza, error) {
	d := draft{content: stanza.NSClient, typ: typeAttribute(t)}
	for _, opt := range opts {
		opt(&d)
	}
	if !d.id.given {
		d.id = attribute{value: NewID(), given: true}
	}
	scope := scopeOf(d.content)
	if err := d.readExtension(scope); err != nil {
		return nil, err
	}
	payload, failure, err := d.children(scope, t == stanza.Error)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.Grow(len(`<iq to="" from="" type="" id=""></iq>`) + len(d.to.value) + len(d.from.value) + len(d.typ.value) + len(d.id.value) + len(payload) + len(failure))
	b.WriteString("<iq")
	for _, a := range d.attributes() {
		a.write(&b)
	}
	if payload == "" && failure == "" {
		b.WriteString("/>")
	} else {
		b.WriteString(">")
		b.WriteString(payload)
		b.WriteString(failure)
		b.WriteString("</iq>")
	}
	return d.finish(b.String(), scope)
}

// Get is New for a request that only asks.
func Get(opts ...Option) (*stanza.Stanza, error) { return New(stanza.Get, opts...) }

// Set is New for a request that changes something.
func Set(opts ...Option) (*stanza.Stanza, error) { return New(stanza.Set, opts...) }

// Result is New for the answer to a request that succeeded.
func Result(opts ...Option) (*stanza.Stanza, error) { return New(stanza.Result, opts...) }

// Error is New for the answer to a request that failed. Its defaults: type
// cancel, condition feature-not-implemented, no text.
func Error(opts ...Option) (*stanza.Stanza, error) { return New(stanza.Error, opts...) }

// NewID returns an id that never was: 65 bits from the system's CSPRNG, as 13 lower-case letters and
// digits, so that it can still be read and told from another. Whoever would forge a reply has to guess
// it, whatever ids he has seen before.
func NewID() string {
	var id [13]byte
	rand.Read(id[:]) // never fails
	for i, b := range id {
		id[i] = idDigits[b%byte(len(idDigits))]
	}
	return string(id[:])
}

// idDigits are 32, so that each is as likely as the others, none like another.
const idDigits = "abcdefghijklmnopqrstuvwxyz234567"

func scopeOf(content string) stanza.Scope {
	if content == stanza.NSComponent {
		return stanza.ComponentScope()
	}
	return stanza.ClientScope()
}
