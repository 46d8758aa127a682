package report

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/wire"
)

// Record is an exchange as a line of JSON.
type Record struct {
	ID      *string  `json:"id"`
	To      *string  `json:"to"`
	Type    *string  `json:"type"`
	Outcome *string  `json:"outcome"`
	RTT     *float64 `json:"rtt_ms"`
	Request string   `json:"request"` // its secrets hidden
	Reply   *string  `json:"reply"`
	Verdict *string  `json:"verdict"`
	Error   *Failure `json:"error"`
	// Reason is why there is neither a result nor an error, in words.
	Reason   *string  `json:"reason"`
	Warnings []string `json:"warnings"`
	// Broken is why what ended the stream is no element, and BrokenXML what arrived of it: as
	// Broken and XML of an Element.
	Broken    *string `json:"broken"`
	BrokenXML *string `json:"broken_xml"`
}

// Failure is the stanza error of an error reply (RFC 6120 §8.3).
type Failure struct {
	Type        *string `json:"type"`
	Condition   *string `json:"condition"`
	Text        *string `json:"text"`
	Application *string `json:"application"` // {namespace}name
}

// NewRecord makes the record of a request. What Refusals has to say comes behind the
// other warnings, which it may share.
func NewRecord(e exchange.Exchange, warnings []string) Record {
	return new(recordValues).record(&e, warnings)
}

// AppendRecord appends what Line makes of NewRecord.
func AppendRecord(dst []byte, e exchange.Exchange, warnings []string) []byte {
	var values recordValues
	r := values.record(&e, warnings)
	return r.append(dst)
}

// recordValues are what a Record points to, in one piece; on the stack where the Record is.
type recordValues struct {
	id, to, typ, outcome, reply, verdict string
	rtt                                  float64
}

func (v *recordValues) record(e *exchange.Exchange, warnings []string) Record {
	r := Record{
		ID: idIn(&v.id, e.Stanza), To: textIn(&v.to, e.Stanza.To()), Type: textIn(&v.typ, string(e.Stanza.Type())),
		Outcome: textIn(&v.outcome, string(e.Outcome)), Request: visible(e.Shown.XML()),
		Warnings: append(slices.Clip(orEmpty(warnings)), Refusals(e.Refused)...),
	}
	if e.Reply == nil {
		if e.Err != nil {
			r.Because(e.Err)
		}
		return r
	}
	v.rtt, v.reply = milliseconds(e.RTT), e.Reply.XML()
	r.RTT, r.Reply, r.Verdict = &v.rtt, &v.reply, textIn(&v.verdict, string(stanza.VerdictReply))
	r.Error = failureOf(e.Reply)
	return r
}

// append is the line that encoding/json makes of it.
func (r *Record) append(dst []byte) []byte {
	dst = appendTextOrNull(append(dst, `{"id":`...), r.ID)
	dst = appendTextOrNull(append(dst, `,"to":`...), r.To)
	dst = appendTextOrNull(append(dst, `,"type":`...), r.Type)
	dst = appendTextOrNull(append(dst, `,"outcome":`...), r.Outcome)
	dst = append(dst, `,"rtt_ms":`...)
	if r.RTT == nil {
		dst = append(dst, null...)
	} else {
		dst = strconv.AppendFloat(dst, *r.RTT, 'f', -1, 64)
	}
	dst = appendText(append(dst, `,"request":`...), r.Request)
	dst = appendTextOrNull(append(dst, `,"reply":`...), r.Reply)
	dst = appendTextOrNull(append(dst, `,"verdict":`...), r.Verdict)
	dst = r.Error.append(append(dst, `,"error":`...))
	dst = appendTextOrNull(append(dst, `,"reason":`...), r.Reason)
	dst = append(dst, `,"warnings":[`...)
	for i, w := range r.Warnings {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, w)
	}
	dst = appendTextOrNull(append(dst, `],"broken":`...), r.Broken)
	dst = appendTextOrNull(append(dst, `,"broken_xml":`...), r.BrokenXML)
	return append(dst, '}')
}

func (f *Failure) append(dst []byte) []byte {
	if f == nil {
		return append(dst, null...)
	}
	dst = appendTextOrNull(append(dst, `{"type":`...), f.Type)
	dst = appendTextOrNull(append(dst, `,"condition":`...), f.Condition)
	dst = appendTextOrNull(append(dst, `,"text":`...), f.Text)
	dst = appendTextOrNull(append(dst, `,"application":`...), f.Application)
	return append(dst, '}')
}

// Because adds why nothing came back, or no more, with what stood on the wire last if that is
// broken.
func (r *Record) Because(err error) {
	r.Reason = orNull(err.Error())
	var broken *wire.BrokenError
	if errors.As(err, &broken) {
		r.Broken = orNull(broken.Element.Fault().Error())
		r.BrokenXML = orNull(visible(broken.Element.XML()))
	}
}

// Answered adds what came back, and what it was taken for.
func (r *Record) Answered(reply *stanza.Stanza, verdict stanza.Verdict) {
	xml := reply.XML()
	r.Reply, r.Verdict, r.Error = &xml, orNull(string(verdict)), failureOf(reply)
}

// failureOf is nil for what is no error reply.
func failureOf(reply *stanza.Stanza) *Failure {
	e := reply.Err()
	if e == nil {
		return nil
	}
	return &Failure{
		Type: orNull(e.Type), Condition: orNull(e.Condition), Text: orNull(e.Text),
		Application: orNull(bracedName(e.Application)),
	}
}

// Oddities are warnings about what is strange about a reply, held against its request. Reading both
// costs more than sending the request did.
func Oddities(request, reply *stanza.Stanza) []string {
	if reply == nil {
		return nil
	}
	var odd []string
	for _, w := range explain.Warnings(request, reply) {
		if w.Rule == explain.RuleDiscoSupported {
			continue // so does every account on Prosody; the UI tells those who look
		}
		odd = append(odd, w.Text+" ("+w.Section+")")
	}
	return odd
}

// Refusals is a warning about as many stanzas that had the request's id but did not fit.
func Refusals(refused int) []string {
	switch refused {
	case 0:
		return nil
	case 1:
		return []string{"one stanza with this id was not taken as the answer: its sender or its kind did not fit"}
	}
	return []string{fmt.Sprintf("%d stanzas with this id were not taken as the answer: their sender or their kind did not fit", refused)}
}
