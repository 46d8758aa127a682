package demo

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/xdg-go/scram"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// mechanism is one way to log in; it answers with the account.
type mechanism struct {
	name  string
	login func(s *Server, ctx context.Context, w *wire.Conn, initial string) (string, error)
}

const (
	scramSHA256 = "SCRAM-SHA-256"
	scramSHA1   = "SCRAM-SHA-1"
)

// mechanisms are offered, the best first: RFC 7677, RFC 5802, RFC 4616. All need
// TLS here; the older ones are for clients that know no better.
var mechanisms = []mechanism{
	{scramSHA256, scramLogin(scramSHA256, scram.SHA256)},
	{scramSHA1, scramLogin(scramSHA1, scram.SHA1)},
	{"PLAIN", plainLogin},
}

// saslError is a login that did not succeed; the client may try again
// (RFC 6120 §6.5).
type saslError struct{ condition string }

func (e *saslError) Error() string { return "login refused: " + e.condition }

func saslFailure(condition string) string {
	return "<failure xmlns='" + stanza.NSSASL + "'><" + condition + "/></failure>"
}

// authenticate returns the account that logged in.
func (s *Server) authenticate(ctx context.Context, w *wire.Conn) (string, error) {
	for range maxAuthTries {
		account, err := s.tryAuth(ctx, w)
		var failed *saslError
		if !errors.As(err, &failed) {
			return account, err
		}
		if err := write(ctx, w, saslFailure(failed.condition)); err != nil {
			return "", err
		}
	}
	return "", refuse("policy-violation", "too many failed logins")
}

// tryAuth is one exchange by the mechanism that the client has chosen.
func (s *Server) tryAuth(ctx context.Context, w *wire.Conn) (string, error) {
	el, err := w.Next(ctx)
	if err != nil {
		return "", err
	}
	if (el.Name() != stanza.Name{Space: stanza.NSSASL, Local: "auth"}) {
		return "", refuse("not-authorized", "the login must come first")
	}
	auth, err := el.Tree()
	if err != nil {
		return "", err
	}
	chosen, _ := auth.Attr("mechanism")
	for _, m := range mechanisms {
		if m.name != chosen {
			continue
		}
		initial, err := decode(auth.Text())
		if err == nil && auth.Text() == "" {
			// No initial response: ask for it (RFC 6120 §6.4.2).
			initial, err = ask(ctx, w, "")
		}
		if err != nil {
			return "", err
		}
		return m.login(s, ctx, w, initial)
	}
	return "", &saslError{"invalid-mechanism"}
}

// scramLogin is the exchange of RFC 5802 §5.
func scramLogin(name string, hash scram.HashGeneratorFcn) func(*Server, context.Context, *wire.Conn, string) (string, error) {
	return func(s *Server, ctx context.Context, w *wire.Conn, first string) (string, error) {
		server, err := hash.NewServer(func(username string) (scram.StoredCredentials, error) {
			stored, known := s.credentials[accountNamed(username)]
			if !known {
				return scram.StoredCredentials{}, errUnknownAccount
			}
			return stored[name]()
		})
		if err != nil {
			return "", err
		}
		conversation := server.NewConversation()
		challenge, err := conversation.Step(first)
		switch {
		case errors.Is(err, errUnknownAccount):
			return "", &saslError{"not-authorized"}
		case err != nil:
			return "", &saslError{"malformed-request"}
		}
		final, err := ask(ctx, w, challenge)
		if err != nil {
			return "", err
		}
		verifier, err := conversation.Step(final)
		if err != nil || !conversation.Valid() {
			return "", &saslError{"not-authorized"}
		}
		return authorized(ctx, w, accountNamed(conversation.Username()), conversation.AuthzID(), encode(verifier))
	}
}

// plainLogin reads the one message of RFC 4616 §2.
func plainLogin(s *Server, ctx context.Context, w *wire.Conn, message string) (string, error) {
	parts := strings.Split(message, "\x00")
	if len(parts) != 3 {
		return "", &saslError{"malformed-request"}
	}
	account := accountNamed(parts[1])
	password := s.Password(account)
	if password == "" || subtle.ConstantTimeCompare([]byte(password), []byte(parts[2])) != 1 {
		return "", &saslError{"not-authorized"}
	}
	return authorized(ctx, w, account, parts[0], "")
}

// authorized lets the account in, as itself only.
func authorized(ctx context.Context, w *wire.Conn, account, as, data string) (string, error) {
	if as != "" {
		if j, err := stanza.ParseJID(as); err != nil || j.String() != account+"@"+Domain {
			return "", &saslError{"invalid-authzid"}
		}
	}
	return account, write(ctx, w, "<success xmlns='"+stanza.NSSASL+"'>"+data+"</success>")
}

// ask sends a challenge and reads the response to it.
func ask(ctx context.Context, w *wire.Conn, challenge string) (string, error) {
	if err := write(ctx, w, "<challenge xmlns='"+stanza.NSSASL+"'>"+encode(challenge)+"</challenge>"); err != nil {
		return "", err
	}
	el, err := w.Next(ctx)
	if err != nil {
		return "", err
	}
	switch el.Name() {
	case stanza.Name{Space: stanza.NSSASL, Local: "response"}:
		response, err := el.Tree()
		if err != nil {
			return "", err
		}
		return decode(response.Text())
	case stanza.Name{Space: stanza.NSSASL, Local: "abort"}:
		return "", &saslError{"aborted"}
	}
	return "", refuse("not-authorized", "a response to the challenge must come first")
}

// errUnknownAccount looks like a wrong password from outside.
var errUnknownAccount = errors.New("no such account")

// accountNamed prepares a user name as an address is prepared; "" when it is none.
func accountNamed(username string) string {
	j, err := stanza.ParseJID(username + "@" + Domain)
	if err != nil || !j.IsBare() || j.Domain() != Domain {
		return ""
	}
	return j.Local()
}

// encode and decode are SASL's base64, in which "=" stands for no data
// (RFC 6120 §6.4.2).
func encode(data string) string { return base64.StdEncoding.EncodeToString([]byte(data)) }

func decode(text string) (string, error) {
	if text == "=" {
		return "", nil
	}
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return "", &saslError{"incorrect-encoding"}
	}
	return string(data), nil
}
