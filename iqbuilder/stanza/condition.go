package stanza

import (
	"fmt"

	"iqscope/internal/nearest"
)

// Condition is a defined condition of a stanza error (RFC 6120 §8.3.3), to compare an error
// with: errors.Is(err, stanza.ItemNotFound).
type Condition string

// The defined conditions, and payment-required, which RFC 3920 had.
const (
	BadRequest            Condition = "bad-request"
	Conflict              Condition = "conflict"
	FeatureNotImplemented Condition = "feature-not-implemented"
	Forbidden             Condition = "forbidden"
	Gone                  Condition = "gone"
	InternalServerError   Condition = "internal-server-error"
	ItemNotFound          Condition = "item-not-found"
	JIDMalformed          Condition = "jid-malformed"
	NotAcceptable         Condition = "not-acceptable"
	NotAllowed            Condition = "not-allowed"
	NotAuthorized         Condition = "not-authorized"
	PaymentRequired       Condition = "payment-required"
	PolicyViolation       Condition = "policy-violation"
	RecipientUnavailable  Condition = "recipient-unavailable"
	Redirect              Condition = "redirect"
	RegistrationRequired  Condition = "registration-required"
	RemoteServerNotFound  Condition = "remote-server-not-found"
	RemoteServerTimeout   Condition = "remote-server-timeout"
	ResourceConstraint    Condition = "resource-constraint"
	ServiceUnavailable    Condition = "service-unavailable"
	SubscriptionRequired  Condition = "subscription-required"
	UndefinedCondition    Condition = "undefined-condition"
	UnexpectedRequest     Condition = "unexpected-request"
)

// Error is the condition's name.
func (c Condition) Error() string { return string(c) }

// CheckCondition refuses a word that is no defined condition, and names the one that is most likely
// meant.
func CheckCondition(word string) error {
	if IsCondition(word) {
		return nil
	}
	return fmt.Errorf("there is no condition %.60q%s", word, nearest.Suggestion(word, Conditions(), "known are "))
}
