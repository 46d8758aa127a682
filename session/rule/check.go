package rule

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// spaces are the characters that separate words, and that XML calls white space.
const spaces = " \t\r\n"

// maxName is how many characters a rule's name may have: it stands in a column
// of the screen, and in the log.
const maxName = 100

func checkName(name string) error {
	switch {
	case strings.Trim(name, spaces) == "":
		return wrong("name", name, 0, "a rule needs a name", "")
	case utf8.RuneCountInString(name) > maxName:
		return wrong("name", name, 0, fmt.Sprintf("a name has at most %d characters", maxName), "")
	}
	for i, c := range name {
		if !unicode.IsPrint(c) || c == utf8.RuneError {
			return wrong("name", name, i, "a name is one line of text that can be seen", "")
		}
	}
	return nil
}

var tooLong = fmt.Sprintf("this is longer than %d bytes", MaxContent)

// wrong makes a *FieldError.
func wrong(field, text string, pos int, words, hint string) error {
	return &FieldError{field, SyntaxError{Text: text, Pos: pos, Words: words, Hint: hint}}
}

// check compiles the match, and refuses what means nothing, with a *FieldError.
// The name is not looked at.
func (r Rule) check(keys match.Keys) (*match.Expr, error) {
	m, err := r.compile(keys)
	if err != nil {
		return nil, err
	}
	switch r.Do {
	case Result:
		err = r.checkResult()
	case Error:
		err = r.checkError()
	case Silence, Drop:
	case "":
		err = wrong("do", "", 0, "an action is missing", "write "+list(Actions()))
	default:
		err = wrong("do", string(r.Do), 0, fmt.Sprintf("there is no action %.60q", r.Do), suggest(string(r.Do), Actions()))
	}
	if err == nil {
		err = r.checkFit()
	}
	return m, err
}

func (r Rule) compile(keys match.Keys) (*match.Expr, error) {
	if strings.Trim(r.Match, spaces) == "" {
		return nil, wrong("match", r.Match, 0, "the match is missing", "write * for every stanza")
	}
	m, err := match.Compile(r.Match, keys)
	var bad *match.SyntaxError
	if errors.As(err, &bad) {
		words := bad.Problem
		if bad.Cause != nil {
			words += ": " + bad.Cause.Error()
		}
		return nil, &FieldError{"match", SyntaxError{Text: r.Match, Pos: bad.Pos, Words: words, Hint: bad.Hint, Cause: bad}}
	}
	return m, err
}

// checkFit refuses what the action has no use for.
func (r Rule) checkFit() error {
	answers := r.Do == Result || r.Do == Error
	switch {
	case r.Times < 0:
		return wrong("times", fmt.Sprint(r.Times), 0, "a rule acts once at least", "")
	case r.Delay < 0:
		return wrong("delay", r.Delay.String(), 0, "a delay cannot be negative", "")
	case r.Delay > 0 && !answers:
		return wrong("delay", r.Delay.String(), 0, fmt.Sprintf("with %s there is nothing to delay", r.Do), "delay a result or an error")
	case r.Payload != "" && r.Do != Result:
		return wrong("payload", r.Payload, 0, "only a result has a payload", "an error has an extension")
	case r.Do == Error:
	case r.Error != stanza.StanzaError{}:
		return wrong("condition", r.Error.Condition, 0, "only an error has a condition, a type, a text or a URI", "")
	case r.Extension != "":
		return wrong("extension", r.Extension, 0, "only an error has an extension", "a result has a payload")
	}
	return nil
}

func (r Rule) checkResult() error {
	if r.Payload == "" {
		return nil
	}
	payload, err := element("payload", r.Payload)
	if err != nil {
		return err
	}
	if name := payload.Name(); name.Local == "error" && isStream(name.Space) {
		return wrong("payload", r.Payload, 0, "an <error/> makes no result", `write "error CONDITION"`)
	}
	_, err = iqbuilder.Result(iqbuilder.InReplyTo(request), iqbuilder.WithPayload(r.Payload))
	return refused("payload", r.Payload, err)
}

func (r Rule) checkError() error {
	e := r.Error
	switch {
	case e.Condition == "":
		return wrong("condition", "", 0, "an error needs a condition", "such as item-not-found")
	case !stanza.IsCondition(e.Condition) && slices.Contains(stanza.ErrorTypes(), e.Condition):
		return wrong("condition", e.Condition, 0, fmt.Sprintf("%s is a type of errors, not a condition", e.Condition), "write "+e.Condition+"/CONDITION")
	case !stanza.IsCondition(e.Condition):
		return wrong("condition", e.Condition, 0, fmt.Sprintf("there is no condition %.60q", e.Condition), suggest(e.Condition, stanza.Conditions()))
	case e.Type != "" && !slices.Contains(stanza.ErrorTypes(), e.Type):
		return wrong("type", e.Type, 0, fmt.Sprintf("there is no type %.60q of errors", e.Type), suggest(e.Type, stanza.ErrorTypes()))
	case e.URI != "" && !stanza.CarriesURI(e.Condition):
		return wrong("uri", e.URI, 0, "only gone and redirect carry a URI", "")
	case e.URI != "" && (strings.IndexFunc(e.URI, unicode.IsSpace) >= 0 || strings.ContainsAny(e.URI[:1], `<"'`)):
		return wrong("uri", e.URI, 0, "this is no URI", "such as xmpp:user@example.org")
	case len(e.URI) > MaxContent:
		return wrong("uri", e.URI, MaxContent, tooLong, "")
	case len(e.Text) > MaxContent:
		return wrong("text", e.Text, MaxContent, tooLong, "")
	case e.By != "" || e.Lang != "":
		return wrong("condition", e.Condition, 0, "the error of a rule has no by and no language", "")
	case e.Application != stanza.Name{}:
		return wrong("extension", "", 0, "the application condition of a rule is its extension", "")
	}
	for _, part := range []struct {
		field, value string
		of           stanza.StanzaError
	}{
		{"uri", e.URI, stanza.StanzaError{Condition: e.Condition, URI: e.URI}},
		{"text", e.Text, stanza.StanzaError{Text: e.Text}},
	} {
		_, err := iqbuilder.Error(iqbuilder.InReplyTo(request), iqbuilder.WithError(part.of))
		if err := refused(part.field, part.value, err); err != nil {
			return err
		}
	}
	if r.Extension == "" {
		return nil
	}
	extension, err := element("extension", r.Extension)
	if err != nil {
		return err
	}
	if space := extension.Name().Space; space == "" || isStream(space) || space == stanza.NSStanzas {
		return wrong("extension", r.Extension, 0, "an application condition needs a namespace of its own",
			fmt.Sprintf(`write <%.60s xmlns="…"/>`, extension.Name().Local))
	}
	return nil
}

// request stands for the ones that a rule will answer, to see whether it can.
var request = func() *stanza.Stanza {
	s, err := stanza.Parse("<iq type='get' id='1'/>", stanza.ClientScope())
	if err != nil {
		panic(err)
	}
	return s
}()

// isStream says that a namespace is that of stanzas themselves.
func isStream(space string) bool { return space == stanza.NSClient || space == stanza.NSComponent }

// element reads XML that has to be one element.
func element(field, xml string) (*stanza.Stanza, error) {
	if len(xml) > MaxContent {
		return nil, wrong(field, xml, MaxContent, tooLong, "")
	}
	s, err := stanza.Parse(xml, stanza.ClientScope())
	return s, refused(field, xml, err)
}

// refused says what XML, or what was built with it, was refused for; nil for nil.
func refused(field, text string, err error) error {
	if err == nil {
		return nil
	}
	e := &FieldError{field, SyntaxError{Text: text, Words: err.Error(), Cause: err}}
	var broken *xmlscan.Error
	var parts *stanza.ParseError
	var rule *iqbuilder.RuleError
	switch {
	case errors.As(err, &broken):
		e.Pos, e.Words = min(int(broken.Offset), len(text)), broken.Detail
		e.Hint = "exactly one element of well-formed XML belongs here"
	case errors.As(err, &parts):
		e.Pos, e.Hint = parts.Pos, "exactly one element of well-formed XML belongs here"
	case errors.As(err, &rule):
		e.Words = rule.Finding.Text // its place is one in the whole reply
	}
	return e
}
