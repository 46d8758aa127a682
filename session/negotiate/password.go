package negotiate

import (
	"slices"
	"strings"

	"github.com/xdg-go/stringprep"
)

// query is SASLprep for what is asked with and not stored: code points that Unicode 3.2 did not
// know, such as all emoji, are allowed there (RFC 4013 §2.5, RFC 3454 §7).
var query = func() stringprep.Profile {
	p := stringprep.SASLprep
	p.Prohibits = slices.DeleteFunc(slices.Clone(p.Prohibits), func(s stringprep.Set) bool {
		return s[0] == stringprep.TableA1[0]
	})
	return p
}()

// What became of a password that SASLprep has no form for. Neither tells anything else of it.
const (
	newerPassword = "the password has characters that SASLprep does not know yet, and goes on with them as they are (RFC 4013 §2.5)"
	rawPassword   = "the password is none that SASLprep allows, and is used byte by byte as it was given (RFC 4013 §2.3)"
)

// prepared is a user name or password as SCRAM computes with it, and what is to be said of it:
// as SASLprep has it where that has a form for it, else as it is. The server that stored it may
// have let it pass; if not, it refuses the login, and nothing is lost by the try.
func prepared(text string) (form, notice string) {
	if form, err := stringprep.SASLprep.Prepare(text); err == nil && form != "" {
		return form, ""
	}
	if form, err := query.Prepare(text); err == nil && form != "" {
		return form, newerPassword
	}
	return text, rawPassword
}

// errNUL has no cause: nothing of the password is shown.
var errNUL = &reason{
	words:  "the password has a NUL byte, which no login can carry (RFC 4616 §2)",
	advice: "Check where it comes from: the file may have a wrong encoding, such as UTF-16.",
}

// checkPassword refuses what no mechanism could send.
func checkPassword(password string) error {
	if strings.ContainsRune(password, 0) {
		return errNUL
	}
	return nil
}
