package handler

import (
	"context"
	"errors"
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// errMisfit is what is wrong with a reply that is none to the request.
var errMisfit = errors.New("the responder's reply is no result or error to the request: build it with iqbuilder.InReplyTo")

// panicked is what a responder panicked with.
type panicked struct{ cause any }

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.cause) }

// respond asks a responder whose turn it is.
func (r *Registry) respond(en *entry, a *asking) {
	if a.over() {
		return
	}
	if en.off.Load() {
		a.goOn(a.event, en.behind())
		return
	}
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	defer context.AfterFunc(en.gone, cancel)()

	answer, err := callResponder(ctx, en, a.event)
	switch {
	case err != nil:
		answer, err = answer.refusing(a.event.Stanza, err)
	case answer.passes():
		a.goOn(a.event, en.behind())
		return
	case answer.reply != nil && !fits(a.event.Stanza, answer.reply):
		err = errMisfit
	}
	if err != nil {
		if ctx.Err() != nil && !isPanic(err) {
			// It did not fail: it was removed. Whoever replaced it is asked next.
			a.goOn(a.event, en.point())
			return
		}
		r.fail(en, cause(err))
		answer = Answer{reply: internalError(a.event.Stanza)}
	}
	a.end(Settlement{By: en.name, Answer: answer, Err: err}, en)
}

func callResponder(ctx context.Context, en *entry, e Event) (answer Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			answer, err = Answer{}, &panicked{p}
		}
	}()
	return en.respond(ctx, e)
}

func isPanic(err error) bool {
	_, ok := err.(*panicked)
	return ok
}

// cause is what the owner is told: what was panicked with, or the error.
func cause(err error) any {
	if p, ok := err.(*panicked); ok {
		return p.cause
	}
	return err
}

// fits says that reply answers the request: it is a result or an error in the same
// stream, with the request's id and to its sender; a component's comes from whom
// was asked.
func fits(request, reply *stanza.Stanza) bool {
	content := request.Scope().Content
	return reply.IsReply() && reply.Scope().Content == content &&
		sameID(reply, request) && sameAddress(reply.To(), request.From()) &&
		(content != stanza.NSComponent || sameAddress(reply.From(), request.To()))
}

// sameID tells an empty id from none.
func sameID(a, b *stanza.Stanza) bool { return a.ID() == b.ID() && a.HasID() == b.HasID() }

// sameAddress compares prepared addresses; what is none, as text.
func sameAddress(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := stanza.ParseJID(a)
	y, errY := stanza.ParseJID(b)
	return errX == nil && errY == nil && x == y
}

// internalError is the reply that tells nothing but that something failed; nil if
// the request is so broken that no reply can be built.
func internalError(request *stanza.Stanza) *stanza.Stanza {
	reply, err := iqbuilder.Error(iqbuilder.InReplyTo(request), iqbuilder.WithError(bare("internal-server-error")))
	if err != nil {
		return nil
	}
	return reply
}
