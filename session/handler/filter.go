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

// Filter runs an outgoing stanza through the filters: into is what is to be sent,
// nil when it was dropped, and by the filter that did it last, "" for none.
func (r *Registry) Filter(e Event) (into *stanza.Stanza, by string) {
	e.Dir, e.subject = stanza.Out, nil
	e, by = r.filter(r.view.Load()[filters], e)
	return e.Stanza, by
}

// filter takes an event through the filters, each of which sees what those before
// it left. The stanza is nil in the end when one dropped it; by is who did
// something last.
func (r *Registry) filter(entries []*entry, e Event) (_ Event, by string) {
	if !isStanza(e.Stanza) {
		return e, ""
	}
	for _, en := range entries {
		if !r.matches(en, &e) {
			continue
		}
		en.hit(e.Time)
		into := r.callFilter(en, e)
		if into == e.Stanza {
			continue
		}
		if e.Dir == stanza.In {
			r.filtered(e.own(), en.name, into)
		}
		by = en.name
		e.Stanza, e.subject = into, nil
		if into == nil {
			break
		}
	}
	return e, by
}

// callFilter is what the filter makes of the stanza; the stanza itself when the
// filter fails.
func (r *Registry) callFilter(en *entry, e Event) (into *stanza.Stanza) {
	into = e.Stanza
	defer r.recovered(en)
	rewritten := en.filter(e.own())
	if err := mayBecome(e, rewritten); err != nil {
		r.failed(en, err)
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
