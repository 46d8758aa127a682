package stanza

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	errPartLength   = fmt.Errorf("a part of it is longer than %d bytes (RFC 7622 §3.2)", maxPart)
	errJIDLength    = fmt.Errorf("it is longer than %d bytes", maxJID)
	errDomainLength = fmt.Errorf("its domain is longer than a name can be: %d characters between two dots, %d in all (RFC 1035 §2.3.4)", maxLabel, maxDomain)
	errEmptyLabel   = errors.New("its domain has nothing before, behind or between two dots")
	errColon        = errors.New("its domain has a colon; a port stands elsewhere, such as in --server, and an IPv6 address in brackets")
	errIPLiteral    = errors.New("its domain is no IPv6 address between brackets")
	errUnstable     = errors.New("preparing it does not come to an end")
	errNoDomain     = errors.New("it has no domain")
	errNoLocal      = errors.New("it has no user name before the @")
	errSpaceAround  = errors.New("it has white space around it, which is to be left out")
	errURI          = errors.New("it is a link to an address: leave out what stands before and behind that")
	errNoResource   = errors.New("it has no resource behind the slash")
)

// unprepared is a part of an address that cannot be prepared. Why not is found out when somebody
// asks: whoever floods us with wrong addresses is not worth it.
type unprepared struct {
	why           func(address, part string, err error) error
	address, part string
	cause         error
}

func (e *unprepared) Error() string { return e.why(e.address, e.part, e.cause).Error() }

// escapes are the characters that no user name can have, as XEP-0106 §4.1 writes them there.
var escapes = strings.NewReplacer(" ", `\20`, `"`, `\22`, "&", `\26`, "'", `\27`, "/", `\2f`, ":", `\3a`, "<", `\3c`, ">", `\3e`, "@", `\40`)

// whyNoLocal says which character of a user name is in the way, and how it is written.
func whyNoLocal(address, local string, _ error) error {
	if err := surroundings(address); err != nil {
		return err
	}
	for at, r := range local {
		text := string(r)
		escaped := escapes.Replace(text)
		switch {
		case r == utf8.RuneError && isBroken(local[at:]):
			return brokenText("user name", local[at])
		case escaped != text:
			_, behind, _ := strings.Cut(address, "@")
			return fmt.Errorf("its user name has %s, which is written %s there (XEP-0106)%s", character(r), escaped,
				written(escapes.Replace(local)+"@"+behind))
		}
		if _, err := prepareLocal(text); err != nil {
			return fmt.Errorf("its user name has %s; it can have letters and digits of all scripts, and of the rest only what ASCII has (RFC 7622 §3.3)", character(r))
		}
	}
	return whyTogether("user name", local)
}

// whyNoDomain says the same of a domain, where nothing can be written in another way.
func whyNoDomain(address, domain string, err error) error {
	if err == errEmptyLabel || err == errColon || err == errIPLiteral || err == errDomainLength || err == errUnstable {
		return err
	}
	if err := surroundings(address); err != nil {
		return err
	}
	if strings.Contains(domain, "@") {
		bare, resource, slash := strings.Cut(address, "/")
		last := strings.LastIndexByte(bare, '@')
		meant := escapes.Replace(bare[:last]) + bare[last:]
		if slash {
			meant += "/" + resource
		}
		return fmt.Errorf(`it has more than one "@"; one in the user name is written \40 there (XEP-0106)%s`, written(meant))
	}
	for at, r := range domain {
		switch {
		case r == utf8.RuneError && isBroken(domain[at:]):
			return brokenText("domain", domain[at])
		case r == '.' || r == '-' || r == '_':
		case r < utf8.RuneSelf && !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'):
			return fmt.Errorf("its domain has %s; it can have letters, digits, hyphens and dots (RFC 7622 §3.2)", character(r))
		case r >= utf8.RuneSelf:
			_, alone := prepareDomain(string(r))
			if _, err := prepareDomain("a" + string(r)); err != nil && alone != nil { // a mark, or of the other direction
				return fmt.Errorf("its domain has %s; it can have letters and digits of all scripts, hyphens and dots (RFC 7622 §3.2)", character(r))
			}
		}
	}
	for label := range strings.SplitSeq(domain, ".") {
		_, err := prepareDomain(label)
		switch lower := asciiLower(label); {
		case strings.HasPrefix(label, "-"), strings.HasSuffix(label, "-"):
			return fmt.Errorf("its domain has a hyphen at the edge of %s (RFC 5891 §4.2.3.1)", quoteShort(label))
		case err != nil && strings.HasPrefix(lower, "xn--"):
			return fmt.Errorf("its domain has %s, which begins like the ASCII form of a name in another script and is none (RFC 5890 §2.3.2.1)", quoteShort(label))
		case err != nil && len(lower) > 3 && lower[2:4] == "--":
			return fmt.Errorf("its domain has hyphens as the third and fourth character of %s (RFC 5891 §4.2.3.1)", quoteShort(label))
		}
	}
	return whyTogether("domain", domain)
}

// whyNoResource says the same of a resource, which can have nearly everything.
func whyNoResource(_, resource string, _ error) error {
	for at, r := range resource {
		if r == utf8.RuneError && isBroken(resource[at:]) {
			return brokenText("resource", resource[at])
		}
		if _, err := prepareResource(string(r)); err != nil {
			return fmt.Errorf("its resource has %s, which can stand in no address (RFC 7622 §3.4)", character(r))
		}
	}
	return whyTogether("resource", resource)
}

// whyTogether is for characters that are right one by one.
func whyTogether(part, text string) error {
	if strings.ContainsFunc(text, fromRightToLeft) {
		return fmt.Errorf("its %s mixes letters that are written from right to left with others, or begins or ends with a digit beside them (RFC 5893 §2)", part)
	}
	return fmt.Errorf("its %s has characters that cannot stand together, or becomes too long (RFC 7622 §3)", part)
}

func fromRightToLeft(r rune) bool {
	return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
}

func isBroken(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	return size == 1
}

func brokenText(part string, b byte) error {
	return fmt.Errorf("its %s has the byte 0x%02X, which is no UTF-8", part, b)
}

// character names one: as it looks, where it has a look, and by its number.
func character(r rune) string {
	switch {
	case r == ' ':
		return "a space"
	case r > ' ' && r < 0x7f:
		return fmt.Sprintf(`the character "%c"`, r)
	case unicode.IsControl(r):
		return fmt.Sprintf("the control character U+%04X", r)
	}
	return fmt.Sprintf("the character %q (U+%04X)", r, r)
}

// written offers an address as it is to be typed, if it is one; not quoted, for that would double
// the backslashes. What is an address has no control characters.
func written(address string) string {
	if _, err := parseJID(address); err != nil || utf8.RuneCountInString(address) > maxQuoted {
		return ""
	}
	return ": " + address
}

// surroundings says what stands around an address that is none with it; nil for nothing.
func surroundings(address string) error {
	if strings.TrimSpace(address) != address {
		return errSpaceAround
	}
	if strings.HasPrefix(asciiLower(address), "xmpp:") {
		return errURI
	}
	return nil
}
