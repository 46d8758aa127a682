package report

import (
	"errors"
	"fmt"

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
// other warnings.
func NewRecord(e exchange.Exchange, warnings []string) Record {
	r := Record{
		ID: idOf(e.Stanza), To: orNull(e.Stanza.To()), Type: orNull(string(e.Stanza.Type())),
		Outcome: orNull(string(e.Outcome)), Request: visible(e.Shown.XML()),
		Warnings: append(append([]string{}, warnings...), Refusals(e.Refused)...),
	}
	if e.Reply == nil {
		if e.Err != nil {
			r.Because(e.Err)
		}
		return r
	}
	rtt := milliseconds(e.RTT)
	r.RTT = &rtt
	r.Answered(e.Reply, stanza.VerdictReply)
	return r
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
	r.Reply, r.Verdict = &xml, orNull(string(verdict))
	if e := reply.Err(); e != nil {
		r.Error = &Failure{
			Type: orNull(e.Type), Condition: orNull(e.Condition), Text: orNull(e.Text),
			Application: orNull(bracedName(e.Application)),
		}
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
