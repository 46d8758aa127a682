package explain

import "iqscope/iqbuilder/stanza"

// Failure is an element by which a stream, or a step of its negotiation, fails.
type Failure struct {
	What      string // what failed, such as "Stream error"
	Condition string // and Text: as the other side sent them
	Text      string
	Explanation
}

// ReadFailure explains a stream error, a login that was refused (with SASL or
// SASL 2), or stream management that was; ok is false for anything else.
func ReadFailure(st *stanza.Stanza) (f Failure, ok bool) {
	space := ""
	switch st.Name() {
	case stanza.Name{Space: stanza.NSStream, Local: "error"}:
		f.What, space = "Stream error", stanza.NSStreams
	case stanza.Name{Space: stanza.NSSASL, Local: "failure"}, stanza.Name{Space: nsSASL2, Local: "failure"}:
		f.What, space = "Login refused", stanza.NSSASL
	case stanza.Name{Space: nsManagement, Local: "failed"}:
		f.What, space = "Stream management refused", stanza.NSStanzas
	default:
		return Failure{}, false
	}
	root, err := st.Tree()
	if err != nil {
		return Failure{}, false
	}
	var application stanza.Name
	for _, child := range root.Elements() {
		switch {
		case child.Name.Local == "text" && (child.Name.Space == space || child.Name.Space == st.Name().Space):
			f.Text = child.Text()
		case child.Name.Space == space && f.Condition == "":
			f.Condition = child.Name.Local
		case child.Name.Space != space && application.Local == "":
			application = child.Name
		}
	}
	switch space {
	case stanza.NSStreams:
		f.Explanation = Stream(f.Condition, application)
	case stanza.NSSASL:
		f.Explanation = SASL(f.Condition)
	default:
		f.Explanation = Error(Context{Condition: f.Condition, Type: "cancel", By: Server, Payload: st.Name()})
		f.Unusual = "" // it has no type
	}
	return f, true
}
