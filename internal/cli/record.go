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
	ID       string          `json:"id"`
	To       *string         `json:"to"`
	Type     stanza.Type     `json:"type"`
	Outcome  stanza.Outcome  `json:"outcome"`
	RTT      *float64        `json:"rtt_ms"`
	Request  string          `json:"request"`
	Reply    *string         `json:"reply"`
	Verdict  *stanza.Verdict `json:"verdict"`
	Error    *recordError    `json:"error"`
	Warnings []string        `json:"warnings"`
}

// recordError is the stanza error of an error reply.
type recordError struct {
	Type        *string `json:"type"`
	Condition   *string `json:"condition"`
	Text        *string `json:"text"`
	Application *string `json:"application"`
}

func newRecord(v session.View, warnings []string) record {
	r := record{
		ID: v.Stanza.ID(), To: orNull(v.Stanza.To()), Type: v.Stanza.Type(),
		Outcome: v.Outcome, Request: v.Shown.XML(),
		Warnings: append(append([]string{}, warnings...), refusedReplies(v)...),
	}
	if v.Reply == nil {
		return r
	}
	rtt, reply, verdict := milliseconds(v.RTT), v.Reply.XML(), stanza.VerdictReply
	r.RTT, r.Reply, r.Verdict = &rtt, &reply, &verdict
	if e := v.Reply.Err(); e != nil {
		r.Error = &recordError{
			Type: orNull(e.Type), Condition: orNull(e.Condition), Text: orNull(e.Text),
			Application: orNull(bracedName(e.Application)),
		}
	}
	return r
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
