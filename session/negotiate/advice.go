package negotiate

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"syscall"

	"iqscope/session/wire"
)

// refusal is what a condition means, and what to try.
type refusal struct{ words, advice string }

// refusals are the login failures of RFC 6120 §6.5.
var refusals = map[string]refusal{
	"not-authorized":         {"wrong user name or password", "Nothing was retried; check the account's spelling and the password."},
	"account-disabled":       {"the account is disabled", "Ask the server's administrator."},
	"credentials-expired":    {"the password has expired", "Set a new one with another client or the server's web page."},
	"encryption-required":    {"this mechanism needs TLS", "Connect with TLS, or choose another with --mechanism."},
	"invalid-authzid":        {"the account may not act as the one asked for", "Check the account's spelling."},
	"invalid-mechanism":      {"the server does not want the mechanism after all", "Choose another with --mechanism."},
	"malformed-request":      {"the server did not understand the login", "Choose another mechanism with --mechanism; the log shows what was said."},
	"mechanism-too-weak":     {"the mechanism is too weak for this account", "Choose a stronger one with --mechanism."},
	"temporary-auth-failure": {"the server cannot check logins right now", "Try again later."},
	"incorrect-encoding":     {"the server did not understand the login's encoding", "Choose another mechanism with --mechanism."},
	"aborted":                {"the server gave the login up", "Try again."},
}

// otherRefusals are those that mean something else where no password is in play.
var otherRefusals = map[string]map[string]refusal{
	"EXTERNAL": {
		"not-authorized":      {"the certificate is not accepted for this account", "It must name the account, and the server must trust whoever signed it."},
		"credentials-expired": {"the certificate has expired", "Get a new one."},
		// Prosody's module says so also when it saw no certificate, or a bad one.
		"account-disabled": {"the account is disabled, or the server saw no certificate that it trusts", "Check the certificate, then ask the server's administrator."},
	},
	"ANONYMOUS": {
		"not-authorized": {"the server lets nobody in anonymously after all", "Log in to an account."},
	},
}

// refusalsOf are the login failures as they are meant after a mechanism.
func refusalsOf(mechanism string) map[string]refusal {
	known := maps.Clone(refusals)
	maps.Copy(known, otherRefusals[mechanism])
	return known
}

// bindRefusals are the errors of resource binding (RFC 6120 §7.6.2, §7.7.2).
var bindRefusals = map[string]refusal{
	"conflict":            {"the resource is in use by another session", "Choose another one with --resource, or none."},
	"resource-constraint": {"the account has as many sessions as it may have", "Close another one first."},
	"not-allowed":         {"this account may not bind a resource", "Ask the server's administrator."},
	"bad-request":         {"the server does not accept this resource", "Choose another one with --resource, or none."},
}

// streamRefusals are the stream errors one can do something about (RFC 6120 §4.9.3).
var streamRefusals = map[string]string{
	"host-unknown":             "Check the domain of the JID: the server that was reached does not serve it.",
	"host-gone":                "The server does not serve this domain any more; look for where it moved.",
	"improper-addressing":      "Check the domain of the JID.",
	"policy-violation":         "The server's rules forbid it; trying again at once makes it worse.",
	"resource-constraint":      "The server is busy; try again later.",
	"remote-connection-failed": "The server cannot reach what it needs; try again later.",
	"system-shutdown":          "The server is going down; try again later.",
	"conflict":                 "Another session took this one's place.",
	"connection-timeout":       "The server did not hear from us in time; try again.",
	"not-authorized":           "The server wants a login first.",
	"unsupported-version":      "The server speaks another version of XMPP.",
}

// advice is what to try after err; "" when there is nothing better than the
// error itself. The causes that one function alone produces bring their own.
func advice(err error) string {
	var (
		auth    *AuthError
		stream  *wire.StreamError
		given   *reason
		timeout *silence
	)
	switch {
	case errors.As(err, &given) && given.advice != "":
		return given.advice
	case errors.As(err, &auth):
		return refusalsOf(auth.Mechanism)[auth.Condition].advice
	case errors.As(err, &stream) && stream.Condition == "see-other-host":
		return fmt.Sprintf("If you trust that host, go there with --server %.200q.", stream.OtherHost)
	case errors.As(err, &stream):
		return streamRefusals[stream.Condition]
	case errors.As(err, &timeout):
		return "Check the network and the server, or allow more time with --connect-timeout."
	case errors.Is(err, ErrNoTLS):
		return "Someone on the way may have removed the offer; try --tls direct, or another network."
	case errors.Is(err, wire.ErrBuffered):
		return "Someone on the way may be tampering with the connection; try --tls direct, or another network."
	case errors.Is(err, ErrPlaintext):
		return "Use --tls starttls or --tls direct; if the network is yours alone, add --allow-plaintext."
	case errors.Is(err, ErrServerSignature):
		return "Do not log in there again before you know who answered; the server may be an impostor."
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "Try again; the server's own log may say why it hung up."
	}
	return ""
}
