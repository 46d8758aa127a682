package browse

import (
	"errors"
	"strings"

	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
)

// trouble is why there is no answer: what happened, and what it means.
type trouble struct {
	what string
	more []string
}

// troubleOf explains the error of a request.
func troubleOf(err error) trouble {
	t := trouble{what: "✗ " + err.Error()}
	var failed *stanza.IQError
	var timeout *stanza.IQTimeout
	var told explain.Explanation
	switch {
	case errors.As(err, &failed) && failed.Err != nil:
		e := failed.Err
		t.what = "✗ error: " + strings.TrimPrefix(e.Type+"/"+e.Condition, "/")
		if e.Text != "" {
			t.what += ": " + e.Text
		}
		told = explain.Error(explain.Context{Condition: e.Condition, Type: e.Type, Payload: failed.Request.Payload()})
	case errors.As(err, &timeout):
		told = explain.Ending{Outcome: stanza.OutcomeTimeout, Type: stanza.Get, Payload: timeout.Request.Payload(), Down: timeout.Down}.Explain()
	default:
		return t
	}
	t.more = append(t.more, told.Meaning)
	if len(told.Try) > 0 {
		t.more = append(t.more, told.Try[0])
	}
	return t
}
