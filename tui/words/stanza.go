package words

import (
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
)

// Kind is what a stanza is, in one word: an IQ's type, or the name of what is no IQ.
func Kind(st *stanza.Stanza) safetext.Text {
	switch st.Kind() {
	case stanza.IQ:
		if st.Type() == "" {
			return safetext.Const("iq")
		}
		return safetext.CleanLine(string(st.Type()))
	case stanza.StreamOpen:
		return safetext.Const("stream")
	case stanza.StreamClose:
		return safetext.Const("/stream")
	case stanza.Broken:
		return safetext.Const("broken")
	}
	return safetext.CleanLine(st.Name().Local)
}

// readable is the longest error that is read just to name it in a row; reading takes time in
// proportion.
const readable = 16 << 10

// Payload names what a stanza carries as people do: "disco#info", "roster", "ping". An error reply
// is named by its condition.
func Payload(st *stanza.Stanza) safetext.Text {
	if st.HasError() && len(st.XML()) <= readable {
		if e := st.Err(); e != nil && e.Condition != "" {
			return safetext.CleanLine(e.Condition)
		}
	}
	if st.HasError() {
		return safetext.Const("error")
	}
	return Name(st.Payload())
}

// Name shortens an element's name: the name itself, or for the <query/> that says nothing the end
// of its namespace.
func Name(name stanza.Name) safetext.Text {
	if name.Local != "query" {
		return safetext.CleanLine(name.Local)
	}
	tail := name.Space[strings.LastIndexAny(name.Space, ":/")+1:]
	if tail == "" {
		return safetext.Const("query")
	}
	return safetext.CleanLine(tail)
}

// ShortID is an id, or for none a dash. Long ids keep their beginning when the screen cuts them.
func ShortID(st *stanza.Stanza) safetext.Text {
	if !st.HasID() {
		return safetext.Const("–")
	}
	return safetext.CleanLine(st.ID())
}

// Outcome is an outcome with its mark.
func Outcome(o stanza.Outcome) safetext.Text {
	switch o {
	case stanza.OutcomeResult:
		return safetext.Const("✓ result")
	case stanza.OutcomeError:
		return safetext.Const("✗ error")
	case stanza.OutcomeTimeout:
		return safetext.Const("✗ timeout")
	case stanza.OutcomeCancelled:
		return safetext.Const("– cancelled")
	case stanza.OutcomeNotSent:
		return safetext.Const("✗ not sent")
	case stanza.OutcomeUnknown:
		return safetext.Const("? unknown")
	}
	return safetext.Const("waiting")
}
