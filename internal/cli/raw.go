package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iqscope/internal/report"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
)

// sendRaw sends one stanza as it was typed, whatever it is.
func (p *program) sendRaw(ctx context.Context, f sendFlags, args []string) error {
	st, err := p.rawStanza(ctx, args)
	if err != nil {
		return err
	}
	l, err := p.link(oneShot)
	if err != nil {
		return err
	}
	defer l.close()
	warnings := aboutNoID(st)
	if f.output != outputJSON {
		p.warn(warnings)
	}
	if err := l.session.Connect(ctx); err != nil {
		return connectError(ctx, err)
	}
	before := l.session.Journal().Stats().Last
	r, err := l.session.SendRaw(st, session.WithTimeout(time.Duration(p.flags.timeout)))
	switch {
	case err != nil:
		return lostBeforeItLeft(err)
	case r != nil:
		return p.sent(p.output(f.output), ended(ctx, r), warnings)
	}
	if err := p.awaitLeft(ctx, l.session, before, st); err != nil {
		return err
	}
	// The server has dealt with what came before the stream's end when it ends its
	// own: then all that it says to it at once is in the log.
	l.endStream()
	return p.unpaired(p.output(f.output), l.session.Journal(), before, st, warnings)
}

// rawStanza is one well-formed element.
func (p *program) rawStanza(ctx context.Context, args []string) (*stanza.Stanza, error) {
	s, err := p.flags.sender()
	if err != nil {
		return nil, err
	}
	text, err := p.typed(ctx, args)
	if err != nil {
		return nil, err
	}
	st, err := stanza.Parse(text, s.scope)
	if err != nil {
		// The same fault in the words of every other refusal.
		if _, told := iqbuilder.Parse(text, s.scope); told != nil {
			err = told
		}
		return nil, refuse(err)
	}
	return st, nil
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

// awaitLeft waits until a stanza is handed to the socket, as the log behind before
// tells.
func (p *program) awaitLeft(ctx context.Context, s *session.Session, before uint64, st *stanza.Stanza) error {
	var late <-chan time.Time
	if p.flags.timeout > 0 {
		timer := time.NewTimer(time.Duration(p.flags.timeout))
		defer timer.Stop()
		late = timer.C
	}
	for {
		for _, e := range s.Journal().Window(nil, before+1, journal.DefaultCount) {
			if isEntryOf(e, st) {
				return nil
			}
		}
		if status := s.Status(); status.State != session.Online {
			return lostBeforeItLeft(status.Err)
		}
		select {
		case <-s.Changed():
		case <-late:
			return &exit{exitTimeout, errors.New("the stanza did not leave in time: the server takes nothing")}
		case <-ctx.Done():
			return &exit{exitInterrupted, errors.New("interrupted")}
		}
	}
}

// unpaired prints what came back for a stanza that nothing waited for.
func (p *program) unpaired(out *output, log *journal.Journal, before uint64, st *stanza.Stanza, warnings []string) error {
	record := report.NewRecord(report.Ended{Stanza: st, Shown: st}, warnings)
	var reply *stanza.Stanza
	var e *exit
	for _, entry := range log.Window(nil, before+1, journal.DefaultCount) {
		switch {
		case isEntryOf(entry, st):
			record.Request = entry.Stanza.XML() // its secrets hidden
		case entry.Dir != stanza.In:
		case entry.Stanza.Name() == stanza.Name{Space: stanza.NSStream, Local: "error"}:
			e = &exit{exitLost, fmt.Errorf("the server ended the stream: %s", conditionOf(entry.Stanza))}
		case reply == nil && answers(entry.Stanza, st):
			reply = entry.Stanza
			record.Answered(reply, entry.Verdict)
			if failure := reply.Err(); failure != nil {
				e = &exit{code: exitError}
				if out.format != outputJSON {
					e.err = &stanza.IQError{Request: st, Reply: reply, Err: failure}
				}
			}
		}
	}
	var err error
	switch {
	case out.format == outputJSON:
		err = out.json(record)
	case reply != nil:
		err = out.stanza(reply)
	}
	if err != nil || e == nil {
		return p.written(err)
	}
	return e
}

// isEntryOf says that this is a stanza on its way out. Secrets in it are hidden, so
// that its text may be another one.
func isEntryOf(e journal.Entry, st *stanza.Stanza) bool {
	return e.Dir == stanza.Out && e.Stanza.Name() == st.Name() && e.Stanza.ID() == st.ID()
}

// answers says that a stanza came back for another one: a reply or an error with
// its id, or without one if it had none.
func answers(reply, st *stanza.Stanza) bool {
	return reply.Kind() == st.Kind() && reply.HasID() == st.HasID() && reply.ID() == st.ID() &&
		(reply.IsReply() || reply.Type() == stanza.Error)
}

// conditionOf is the condition of a stream error (RFC 6120 §4.9.2), with its text.
func conditionOf(el *stanza.Stanza) string {
	root, err := el.Tree()
	if err != nil {
		return el.XML()
	}
	condition, text := "no condition", ""
	for _, child := range root.Elements() {
		switch {
		case child.Name.Space != stanza.NSStreams:
		case child.Name.Local == "text":
			text = fmt.Sprintf(" %q", child.Text())
		default:
			condition = child.Name.Local
		}
	}
	return condition + text
}
