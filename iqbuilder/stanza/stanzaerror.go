package stanza

import (
	"cmp"
	"slices"
	"strings"
)

// StanzaError is the content of an <error/> child (RFC 6120 §8.3). It is an error, and is the
// Condition that it names to errors.Is.
type StanzaError struct {
	Type      string // cancel, continue, modify, auth, wait
	Condition string // the defined condition's element name
	Text      string
	Lang      string
	By        string
	URI       string // of gone and redirect
	// Application is the application-specific condition, if any.
	Application Name
	// Code is the number that errors had before RFC 3920. Translated says that Condition, and
	// Type and Text where they were missing, were read from it (XEP-0086).
	Code       string
	Translated bool
}

// Error is String.
func (e *StanzaError) Error() string { return e.String() }

// Is makes errors.Is(err, ItemNotFound) true for an error of that condition.
func (e *StanzaError) Is(target error) bool {
	c, ok := target.(Condition)
	return ok && e.Condition == string(c)
}

// String is type, condition, application condition and text in one line. The
// text, which the other side chose, is quoted.
func (e *StanzaError) String() string {
	var b strings.Builder
	switch {
	case e.Type == "":
		b.WriteString("no type")
	case slices.Contains(ErrorTypes(), e.Type):
		b.WriteString(e.Type)
	default:
		b.WriteString(quoteShort(e.Type))
	}
	b.WriteString("/" + cmp.Or(e.Condition, "no condition"))
	if e.Translated {
		b.WriteString(" (by its old code " + e.Code + ")")
	}
	if e.Application.Local != "" {
		b.WriteString(" (" + e.Application.Local + ")")
	}
	if e.URI != "" {
		b.WriteString(" → " + quoteShort(e.URI))
	}
	if e.Text != "" {
		b.WriteString(": " + quoteShort(e.Text))
	}
	return b.String()
}

// ErrorTypes returns the five types of a stanza error (RFC 6120 §8.3.2).
func ErrorTypes() []string {
	return []string{"auth", "cancel", "continue", "modify", "wait"}
}

// Conditions returns the defined conditions in alphabetical order: the 22 of
// RFC 6120 §8.3.3, and payment-required, which RFC 3920 §9.3.3 had.
func Conditions() []string {
	return []string{
		"bad-request", "conflict", "feature-not-implemented", "forbidden", "gone",
		"internal-server-error", "item-not-found", "jid-malformed", "not-acceptable",
		"not-allowed", "not-authorized", "payment-required", "policy-violation",
		"recipient-unavailable", "redirect", "registration-required",
		"remote-server-not-found", "remote-server-timeout", "resource-constraint",
		"service-unavailable", "subscription-required", "undefined-condition",
		"unexpected-request",
	}
}

// IsCondition says whether the word is a defined condition.
func IsCondition(word string) bool {
	_, found := slices.BinarySearch(Conditions(), word)
	return found
}

// CarriesURI says whether the condition has an address as its text (RFC 6120
// §8.3.3.5 and §8.3.3.14).
func CarriesURI(condition string) bool { return condition == "gone" || condition == "redirect" }

// Err reads the stanza error (RFC 6120 §8.3) of a stanza of type error; nil
// when there is none. What the error lacks stays empty; of several conditions
// or application conditions the first counts, and of several texts the first in
// the stanza's language, else the first of all.
func (s *Stanza) Err() *StanzaError {
	if s.Type() != Error || !s.HasError() {
		return nil
	}
	root, err := s.Tree()
	if err != nil {
		return nil
	}
	return readError(root.Child(s.shape.scope.Content, "error"), s.Lang())
}

func readError(n *Node, lang string) *StanzaError {
	e := &StanzaError{}
	e.Type, _ = n.Attr("type")
	e.By, _ = n.Attr("by")
	textFound, textFits := false, false
	for _, child := range n.Elements() {
		switch {
		case child.Name == Name{Space: NSStanzas, Local: "text"}:
			textLang := child.Lang(n.Lang(lang))
			fits := strings.EqualFold(textLang, lang)
			if !textFound || fits && !textFits {
				e.Text, e.Lang = child.Text(), textLang
				textFound, textFits = true, fits
			}
		case child.Name.Space == NSStanzas:
			if e.Condition == "" {
				e.Condition = child.Name.Local
				if CarriesURI(e.Condition) {
					e.URI = strings.TrimSpace(child.Text())
				}
			}
		case e.Application == Name{}:
			e.Application = child.Name
		}
	}
	e.translate(n)
	return e
}
