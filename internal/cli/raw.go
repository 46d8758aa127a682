package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iqscope/internal/report"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/wire"
)

// sendRaw sends one stanza as it was typed, whatever it is.
func (p *program) sendRaw(ctx context.Context, f sendFlags, args []string) (err error) {
	st, err := p.rawStanza(ctx, args, f.broken)
	if err != nil {
		return err
	}
	l, err := p.link(oneShot)
	if err != nil {
		return err
	}
	defer l.leave(&err)
	warnings := append(aboutBroken(st), aboutNoID(st)...)
	if f.output != outputJSON {
		p.warn(warnings)
	}
	if err := l.session.Connect(ctx); err != nil {
		return connectError(ctx, err)
	}
	ticket, err := l.session.SendRaw(st, session.WithTimeout(time.Duration(p.flags.timeout)))
	switch {
	case err != nil:
		return lostBeforeItLeft(err)
	case ticket.Request() != nil:
		return p.sent(p.output(f.output), l.session, ended(ctx, ticket.Request()), warnings)
	}
	if err := p.awaitLeft(ctx, ticket); err != nil {
		return err
	}
	// The server has dealt with what came before the stream's end when it ends its
	// own: then all that it says to it at once is known.
	l.endStream(lastAnswers)
	return p.unpaired(p.output(f.output), ticket.Sent(), l.session.Status().Loss, warnings)
}

// rawStanza is one well-formed element, or any text with --broken.
func (p *program) rawStanza(ctx context.Context, args []string, broken bool) (*stanza.Stanza, error) {
	s, err := p.flags.sender()
	if err != nil {
		return nil, err
	}
	text, err := p.typed(ctx, args)
	if err != nil {
		return nil, err
	}
	if broken && text != "" {
		return stanza.Unparsed(text, s.scope), nil
	}
	st, err := stanza.Parse(text, s.scope)
	if err != nil {
		// The same fault in the words of every other refusal.
		if _, told := iqbuilder.Parse(text, s.scope); told != nil {
			err = told
		}
		if text != "" {
			err = fmt.Errorf("%w; --broken sends it all the same", err)
		}
		return nil, refuse(err)
	}
	return st, nil
}

// aboutBroken says what the server likely does with what is sent broken.
func aboutBroken(st *stanza.Stanza) []string {
	fault := st.Fault()
	if fault == nil {
		return nil
	}
	return []string{fmt.Sprintf("what is sent is broken, %v: %s", fault, explain.Broken(fault))}
}

// aboutNoID offers an id to a request that has none.
func aboutNoID(st *stanza.Stanza) []string {
	if !st.IsRequest() || st.ID() != "" {
		return nil
	}
	return []string{fmt.Sprintf(`the IQ has no id, so nothing waits for its answer; id="%s" would do`, iqbuilder.NewID())}
}

func lostBeforeItLeft(cause error) error {
	return &exit{exitLost, fmt.Errorf("the connection was lost before the stanza left: %w", cause)}
}

// awaitLeft waits until a stanza is handed to the socket.
func (p *program) awaitLeft(ctx context.Context, ticket *session.Ticket) error {
	within := ctx
	if p.flags.timeout > 0 {
		var cancel context.CancelFunc
		within, cancel = context.WithTimeout(ctx, time.Duration(p.flags.timeout))
		defer cancel()
	}
	err := ticket.Wait(within)
	var never *stanza.NotSent
	switch {
	case err == nil:
		return nil
	case errors.As(err, &never):
		return lostBeforeItLeft(never.Cause)
	case ctx.Err() == nil:
		return &exit{exitTimeout, errors.New("the stanza did not leave in time: the server takes nothing")}
	}
	return &exit{exitInterrupted, errors.New("interrupted")}
}

// unpaired prints what came back for a stanza that nothing waited for; loss is how its
// stream ended.
func (p *program) unpaired(out *output, sent session.Sent, loss error, warnings []string) error {
	record := report.NewRecord(session.Exchange{Stanza: sent.Stanza, Shown: sent.Shown}, warnings)
	var e *exit
	if sent.Answer != nil {
		record.Answered(sent.Answer, sent.Verdict)
		if sent.Answer.Type() == stanza.Error {
			e = &exit{code: exitError}
			if out.format != outputJSON {
				e.err = stanza.NewIQError(sent.Stanza, sent.Answer)
			}
		}
	}
	var ended *wire.StreamError
	var broken *wire.BrokenError
	switch {
	case errors.As(loss, &ended):
		e = &exit{exitLost, fmt.Errorf("the server ended the stream: %s", lastWords(ended))}
		record.Because(e.err)
	case errors.As(loss, &broken):
		e = &exit{exitLost, loss}
		record.Because(loss)
	}
	var err error
	switch {
	case out.format == outputJSON:
		err = out.json(record)
	case sent.Answer != nil:
		err = out.stanza(sent.Answer)
	}
	if err != nil || e == nil {
		return p.written(err)
	}
	return e
}

// lastWords is the condition of a stream error (RFC 6120 §4.9.2), with its text.
func lastWords(e *wire.StreamError) string {
	condition := e.Condition
	if condition == "" {
		condition = "no condition"
	}
	if e.Text != "" {
		condition += fmt.Sprintf(" %q", e.Text)
	}
	return condition
}
