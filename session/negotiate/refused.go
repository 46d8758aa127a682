package negotiate

import (
	"errors"

	"iqscope/session/wire"
)

// PasswordRefused says that a login failed for the password or the secret of a component, so that
// the same one would only fail again. What else the server may have against a login says nothing
// about the password (RFC 6120 §6.5).
func PasswordRefused(err error) bool {
	var failed *Error
	return errors.As(err, &failed) && failed.Step == StepAuth && failed.SecretSent && refusesPassword(err)
}

func refusesPassword(err error) bool {
	var login *AuthError
	if errors.As(err, &login) {
		return login.Condition == "not-authorized" || login.Condition == "credentials-expired"
	}
	var stream *wire.StreamError // to a component (XEP-0114 §3)
	return errors.As(err, &stream) && stream.Condition == "not-authorized"
}
