package stanza

// legacy is what the numeric error codes of the time before RFC 3920 mean (XEP-0086 §3).
type legacy struct{ condition, typ string }

var legacyCodes = map[string]legacy{
	"302": {"gone", "modify"},
	"400": {"bad-request", "modify"},
	"401": {"not-authorized", "auth"},
	"402": {"payment-required", "auth"},
	"403": {"forbidden", "auth"},
	"404": {"item-not-found", "cancel"},
	"405": {"not-allowed", "cancel"},
	"406": {"not-acceptable", "modify"},
	"407": {"registration-required", "auth"},
	"408": {"remote-server-timeout", "wait"},
	"409": {"conflict", "cancel"},
	"500": {"internal-server-error", "wait"},
	"501": {"feature-not-implemented", "cancel"},
	"502": {"service-unavailable", "wait"},
	"503": {"service-unavailable", "cancel"},
	"504": {"remote-server-timeout", "wait"},
	"510": {"service-unavailable", "cancel"},
}

// translate fills in what an error of that time says by its code and its bare text.
func (e *StanzaError) translate(n *Node) {
	e.Code, _ = n.Attr("code")
	if e.Condition != "" {
		return
	}
	meant, known := legacyCodes[e.Code]
	if !known {
		return
	}
	e.Condition, e.Translated = meant.condition, true
	if e.Type == "" {
		e.Type = meant.typ
	}
	if e.Text == "" {
		e.Text = n.Text()
	}
}
