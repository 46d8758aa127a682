package cli

import (
	"bytes"
	"encoding/json"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

// record is one request as a line of JSON. All keys are always there; what does
// not apply is null. rtt_ms is in milliseconds, the application condition in
// the form {namespace}name.
type record struct {
	ID       *string      `json:"id"`
	To       *string      `json:"to"`
	Type     *string      `json:"type"`
	Outcome  *string      `json:"outcome"`
	RTT      *float64     `json:"rtt_ms"`
	Request  string       `json:"request"`
	Reply    *string      `json:"reply"`
	Verdict  *string      `json:"verdict"`
	Error    *recordError `json:"error"`
	Warnings []string     `json:"warnings"`
}

// recordError is the stanza error of an error reply.
type recordError struct {
	Type        *string `json:"type"`
	Condition   *string `json:"condition"`
	Text        *string `json:"text"`
	Application *string `json:"application"`
}

func newRecord(v session.Exchange, warnings []string) record {
	r := record{
		ID: idOf(v.Stanza), To: orNull(v.Stanza.To()), Type: orNull(string(v.Stanza.Type())),
		Outcome: orNull(string(v.Outcome)), Request: v.Shown.XML(),
		Warnings: append(append([]string{}, warnings...), refusedReplies(v)...),
	}
	if v.Reply == nil {
		return r
	}
	rtt := milliseconds(v.RTT)
	r.RTT = &rtt
	r.answered(v.Reply, stanza.VerdictReply)
	return r
}

// answered adds what came back.
func (r *record) answered(reply *stanza.Stanza, verdict stanza.Verdict) {
	xml := reply.XML()
	r.Reply, r.Verdict = &xml, orNull(string(verdict))
	if e := reply.Err(); e != nil {
		r.Error = &recordError{
			Type: orNull(e.Type), Condition: orNull(e.Condition), Text: orNull(e.Text),
			Application: orNull(bracedName(e.Application)),
		}
	}
}

// idOf is the id as it stands, also an empty one; nil for none.
func idOf(s *stanza.Stanza) *string {
	if !s.HasID() {
		return nil
	}
	id := s.ID()
	return &id
}

// milliseconds keeps three decimals.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// bracedName is {namespace}name, "" for no name.
func bracedName(n stanza.Name) string {
	if n.Local == "" {
		return ""
	}
	return "{" + n.Space + "}" + n.Local
}

// orNull is nil, JSON's null, for an empty text.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// json writes one object on one line, XML in it readable.
func (o *output) json(value any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	return o.line(string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))))
}
