package stanza

import "slices"

// usualTypes are the error types that RFC 6120 §8.3.3 recommends for its
// conditions, the first one first. RFC 3920 §9.3.2 has payment-required. With
// undefined-condition any type goes.
var usualTypes = map[string][]string{
	"bad-request":             {"modify"},
	"conflict":                {"cancel"},
	"feature-not-implemented": {"cancel", "modify"},
	"forbidden":               {"auth"},
	"gone":                    {"cancel"},
	"internal-server-error":   {"cancel"},
	"item-not-found":          {"cancel"},
	"jid-malformed":           {"modify"},
	"not-acceptable":          {"modify"},
	"not-allowed":             {"cancel"},
	"not-authorized":          {"auth"},
	"payment-required":        {"auth"},
	"policy-violation":        {"modify", "wait"},
	"recipient-unavailable":   {"wait"},
	"redirect":                {"modify"},
	"registration-required":   {"auth"},
	"remote-server-not-found": {"cancel"},
	"remote-server-timeout":   {"wait"},
	"resource-constraint":     {"wait"},
	"service-unavailable":     {"cancel"},
	"subscription-required":   {"auth"},
	"undefined-condition":     {"cancel", "auth", "continue", "modify", "wait"},
	"unexpected-request":      {"wait", "modify"},
}

// UsualType is the error type that goes with a defined condition; cancel for one
// that is not.
func UsualType(condition string) string {
	if types := usualTypes[condition]; types != nil {
		return types[0]
	}
	return "cancel"
}

// UsualTypes are all the error types that RFC 6120 §8.3.3 recommends for a
// defined condition; none for one that is not.
func UsualTypes(condition string) []string { return slices.Clone(usualTypes[condition]) }
