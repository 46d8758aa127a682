package stanza

import (
	"fmt"
	"net/netip"
	"strings"

	"mellium.im/xmpp/jid"
)

// Lengths of an address in bytes (RFC 7622 §3.2 to §3.4: 1023 for each part).
const (
	maxPart = 1023
	maxJID  = maxPart + len("@") + maxPart + len("/") + maxPart
)

// Lengths of a domain that is not plain, in characters: what DNS cannot have (RFC 1035 §2.3.4) is
// not prepared, for that costs time in proportion to the square of a label's length (RFC 3492).
const (
	maxLabel  = 63
	maxDomain = 253
)

// maxPasses is how often a part may be prepared until it no longer changes
// (RFC 8264 §7: once, and three times more).
const maxPasses = 4

// JID is an address (RFC 7622), prepared for comparison: case and IDN are
// folded, so that two JIDs are the same address when they are == .
// The zero value is no address.
type JID struct{ local, domain, resource string }

// JIDError says that a text is no address, and why.
type JIDError struct {
	Address string // as given
	Cause   error
}

func (e *JIDError) Error() string {
	return fmt.Sprintf("%s is not an address: %v", quoteShort(e.Address), e.Cause)
}

func (e *JIDError) Unwrap() error { return e.Cause }

// ParseJID prepares an address. What it prints parses to itself. Its errors are
// *JIDError.
//
// Upper case in local part and domain is folded, A-labels become U-labels, one
// dot at the end of the domain goes away (RFC 7622 §3.2), and an IPv6 address
// is written as RFC 5952 has it. The resource keeps its case. An address that
// is already so, and is plain ASCII, costs no allocation.
func ParseJID(s string) (JID, error) {
	if j, plain := plainJID(s); plain {
		return j, nil
	}
	j, err := parseJID(s)
	if err != nil {
		return JID{}, &JIDError{Address: s, Cause: err}
	}
	return j, nil
}

// plainJID is parseJID for an address that nothing has to be done to, as nearly all are.
func plainJID(s string) (j JID, plain bool) {
	if len(s) > maxPart {
		return JID{}, false
	}
	j.domain = s
	if slash := strings.IndexByte(s, '/'); slash >= 0 {
		if j.domain, j.resource = s[:slash], s[slash+1:]; j.resource == "" {
			return JID{}, false
		}
	}
	if at := strings.IndexByte(j.domain, '@'); at >= 0 {
		if j.local, j.domain = j.domain[:at], j.domain[at+1:]; j.local == "" {
			return JID{}, false
		}
	}
	return j, isPlainDomain(j.domain) && isPlainLocal(j.local) && isPlainResource(j.resource)
}

func parseJID(s string) (j JID, err error) {
	if len(s) > maxJID {
		return JID{}, errJIDLength
	}
	local, domain, resource, err := split(s)
	switch {
	case err != nil:
		return JID{}, err
	case len(local) > maxPart, len(domain) > maxPart, len(resource) > maxPart:
		return JID{}, errPartLength
	}
	if j.domain, err = prepare(domain, isPlainDomain, prepareDomain); err != nil {
		return JID{}, &unprepared{whyNoDomain, s, domain, err}
	}
	if j.local, err = prepare(local, isPlainLocal, prepareLocal); err != nil {
		return JID{}, &unprepared{whyNoLocal, s, local, err}
	}
	if j.resource, err = prepare(resource, isPlainResource, prepareResource); err != nil {
		return JID{}, &unprepared{whyNoResource, s, resource, err}
	}
	return j, nil
}

// split finds the parts (RFC 7622 §3.2). Behind the first slash everything is the resource.
func split(s string) (local, domain, resource string, err error) {
	domain, resource, slash := strings.Cut(s, "/")
	if before, behind, at := strings.Cut(domain, "@"); at {
		if local, domain = before, behind; local == "" {
			return "", "", "", errNoLocal
		}
	}
	switch {
	case domain == "":
		err = errNoDomain
	case slash && resource == "":
		err = errNoResource
	}
	return local, domain, resource, err
}

// WithResource returns the full JID; with an empty resource, the bare one.
func (j JID) WithResource(resource string) (JID, error) {
	if len(resource) > maxPart {
		return JID{}, &JIDError{Address: resource, Cause: errPartLength}
	}
	prepared, err := prepare(resource, isPlainResource, prepareResource)
	if err != nil {
		return JID{}, &JIDError{Address: j.Bare().String() + "/" + resource, Cause: &unprepared{whyNoResource, "", resource, err}}
	}
	j.resource = prepared
	return j, nil
}

// String returns the address, "" for the zero value.
func (j JID) String() string {
	switch {
	case j.local == "" && j.resource == "":
		return j.domain
	case j.local == "":
		return j.domain + "/" + j.resource
	case j.resource == "":
		return j.local + "@" + j.domain
	}
	return j.local + "@" + j.domain + "/" + j.resource
}

// Local returns the part before the @, "" when there is none.
func (j JID) Local() string { return j.local }

// Domain returns the host; an IPv6 address stands in brackets.
func (j JID) Domain() string { return j.domain }

// Resource returns the part behind the first slash, "" when there is none.
func (j JID) Resource() string { return j.resource }

// IsZero says that this is no address at all.
func (j JID) IsZero() bool { return j == JID{} }

// IsBare says that there is no resource.
func (j JID) IsBare() bool { return j.resource == "" }

// Bare returns the address without its resource.
func (j JID) Bare() JID { return JID{local: j.local, domain: j.domain} }

// Host returns the address of the domain alone.
func (j JID) Host() JID { return JID{domain: j.domain} }

// prepare brings one part into the form that no further preparation changes.
// Preparing once is not always enough: mapping can bring forth what a second
// pass maps again, such as the dot at the end of "host。".
func prepare(part string, plain func(string) bool, once func(string) (string, error)) (string, error) {
	if part == "" || plain(part) {
		return part, nil
	}
	for range maxPasses {
		next, err := once(part)
		if err != nil {
			return "", err
		}
		if next == part {
			if len(part) > maxPart {
				return "", errPartLength
			}
			return part, nil
		}
		part = next
	}
	return "", errUnstable
}

func prepareLocal(s string) (string, error) {
	if lower := asciiLower(s); isPlainLocal(lower) {
		return lower, nil
	}
	j, err := jid.JID{}.WithLocal(s)
	return j.Localpart(), err
}

func prepareResource(s string) (string, error) {
	j, err := jid.JID{}.WithResource(s)
	return j.Resourcepart(), err
}

// prepareDomain adds to the library's preparation what that leaves out: the dot
// behind an IP address, the spelling of IPv6, and empty labels.
func prepareDomain(s string) (string, error) {
	s = strings.TrimSuffix(asciiLower(s), ".")
	if isPlainDomain(s) {
		return s, nil
	}
	if strings.HasPrefix(s, "[") {
		addr, err := netip.ParseAddr(strings.TrimSuffix(s[1:], "]"))
		if err != nil || !strings.HasSuffix(s, "]") || !addr.Is6() || addr.Zone() != "" {
			return "", errIPLiteral
		}
		return "[" + addr.String() + "]", nil
	}
	if strings.Contains(s, ":") {
		return "", errColon
	}
	if strings.HasSuffix(s, ".") { // a second dot, which the library would take off
		return "", errEmptyLabel
	}
	if tooLongForDNS(s) {
		return "", errDomainLength
	}
	j, err := jid.JID{}.WithDomain(s)
	if err != nil {
		return "", err
	}
	s = j.Domainpart()
	if strings.HasPrefix(s, ".") || strings.Contains(s, "..") {
		return "", errEmptyLabel
	}
	return s, nil
}

// asciiLower folds the case of ASCII letters alone, whose preparation does the same.
func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

// tooLongForDNS says that a domain has more characters than any of its forms may have.
func tooLongForDNS(domain string) bool {
	label, all := 0, 0
	for _, r := range domain {
		all++
		if label++; r == '.' || r == '。' || r == '．' || r == '｡' {
			label = 0
		}
		if label > maxLabel || all > maxDomain {
			return true
		}
	}
	return false
}

// What an ASCII byte may be in an address that preparation leaves alone. No other byte is plain.
const (
	plainLocal byte = 1 << iota
	plainDomain
	plainResource
)

var plainBytes = func() (t [256]byte) {
	for c := ' '; c < 0x7f; c++ {
		t[c] = plainResource
		if c > ' ' && (c < 'A' || c > 'Z') && !strings.ContainsRune(`"&'/:<>@`, c) { // RFC 7622 §3.3.1
			t[c] |= plainLocal
		}
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' {
			t[c] |= plainDomain
		}
	}
	return t
}()

// isPlainLocal says that s is printable ASCII that preparation leaves alone:
// no upper case, and nothing that RFC 7622 §3.3.1 forbids.
func isPlainLocal(s string) bool { return isPlain(s, plainLocal) }

func isPlainResource(s string) bool { return isPlain(s, plainResource) }

func isPlain(s string, part byte) bool {
	for i := range len(s) {
		if plainBytes[s[i]]&part == 0 {
			return false
		}
	}
	return true
}

// isPlainDomain says that s is labels of lower-case letters, digits, underscores and single
// inner hyphens with one dot between them. No host name of DNS has an underscore, but many a
// server on a network of its own has.
func isPlainDomain(s string) bool {
	inLabel := false // behind a letter, a digit or an underscore
	for i := range len(s) {
		if plainBytes[s[i]]&plainDomain != 0 {
			inLabel = true
			continue
		}
		if !inLabel || s[i] != '-' && s[i] != '.' {
			return false
		}
		inLabel = false
	}
	return inLabel
}

// Prepared is a copy of an address in the form in which addresses are compared; what is no
// address stays as it is. It keeps nothing of the text's stanza in memory.
func Prepared(address string) string {
	if j, err := ParseJID(address); err == nil {
		address = j.String()
	}
	return strings.Clone(address)
}
