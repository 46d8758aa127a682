package handler

import (
	"errors"

	"iqscope/iqbuilder/stanza"
)

// What a filter may not make of a stanza.
var (
	errNoStanza   = errors.New("the filter made something else than a message, presence or IQ of a stanza")
	errNotTheSame = errors.New("the filter changed the kind, type or id of an outgoing stanza")
)

// Change is what one filter did to a stanza.
type Change struct {
	Filter string         // its name
	Into   *stanza.Stanza // what it put in the stanza's place; nil when it dropped it
}

// Filters says that there is a filter.
func (r *Registry) Filters() bool { return len(r.view.Load()[filters]) > 0 }

// Filter takes an event through the filters, each of which
// sees what those before it left, and tells what they changed. The stanza that is left is
// nil when one dropped it. Elements that are no stanzas pass.
//
// What comes in is filtered before it is judged, what goes out before it is sent.
func (r *Registry) Filter(e Event) (left Event, changes []Change) {
	e.subject = nil
	if !isStanza(e.Stanza) {
		return e, nil
	}
	entries := r.view.Load()[filters]
	for at := r.firstMatch(entries, 0, &e); at < len(entries); at = r.firstMatch(entries, at+1, &e) {
		en := entries[at]
		en.hit(e.Time)
		into := r.callFilter(en, e)
		if into == e.Stanza {
			continue
		}
		changes = append(changes, Change{en.name, into})
		e.Stanza, e.subject = into, nil
		if into == nil {
			break
		}
	}
	return e, changes
}

// callFilter is what the filter makes of the stanza; the stanza itself when the
// filter fails.
func (r *Registry) callFilter(en *entry, e Event) (into *stanza.Stanza) {
	into = e.Stanza
	defer r.recovered(en)
	rewritten := en.filter(e.own())
	if err := mayBecome(e, rewritten); err != nil {
		r.fail(en, err)
		return into
	}
	return rewritten
}

// mayBecome refuses what a filter must not make of a stanza. Of what is sent, kind,
// type and id stay: somebody waits for the reply.
func mayBecome(e Event, into *stanza.Stanza) error {
	from := e.Stanza
	switch {
	case into == nil || into == from:
		return nil
	case !isStanza(into):
		return errNoStanza
	case e.Dir == stanza.Out && (into.Kind() != from.Kind() || into.Type() != from.Type() || !sameID(into, from)):
		return errNotTheSame
	}
	return nil
}
