package demo

import (
	"context"
	"encoding/base64"
	"errors"

	"github.com/xdg-go/scram"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// mechanism is the only one offered (RFC 7677).
const mechanism = "SCRAM-SHA-256"

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
	return "", &refusal{"policy-violation", "too many failed logins"}
}

// tryAuth is one SCRAM exchange (RFC 5802 §5).
func (s *Server) tryAuth(ctx context.Context, w *wire.Conn) (string, error) {
	el, err := w.Read(ctx)
	if err != nil {
		return "", err
	}
	if (el.Name() != stanza.Name{Space: stanza.NSSASL, Local: "auth"}) {
		return "", &refusal{"not-authorized", "the login must come first"}
	}
	auth, err := el.Tree()
	if err != nil {
		return "", err
	}
	if name, _ := auth.Attr("mechanism"); name != mechanism {
		return "", &saslError{"invalid-mechanism"}
	}
	server, err := scram.SHA256.NewServer(s.lookup)
	if err != nil {
		return "", err
	}
	conversation := server.NewConversation()
	first, err := decode(auth.Text())
	if err == nil && first == "" {
		// No initial response: ask for it (RFC 6120 §6.4.2).
		first, err = ask(ctx, w, "")
	}
	if err != nil {
		return "", err
	}
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
	account := accountNamed(conversation.Username())
	if as := conversation.AuthzID(); as != "" {
		if j, err := stanza.ParseJID(as); err != nil || j.String() != account+"@"+Domain {
			return "", &saslError{"invalid-authzid"}
		}
	}
	return account, write(ctx, w, "<success xmlns='"+stanza.NSSASL+"'>"+encode(verifier)+"</success>")
}

// ask sends a challenge and reads the response to it.
func ask(ctx context.Context, w *wire.Conn, challenge string) (string, error) {
	if err := write(ctx, w, "<challenge xmlns='"+stanza.NSSASL+"'>"+encode(challenge)+"</challenge>"); err != nil {
		return "", err
	}
	el, err := w.Read(ctx)
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
	return "", &refusal{"not-authorized", "a response to the challenge must come first"}
}

// errUnknownAccount looks like a wrong password from outside.
var errUnknownAccount = errors.New("no such account")

func (s *Server) lookup(username string) (scram.StoredCredentials, error) {
	stored, known := s.credentials[accountNamed(username)]
	if !known {
		return scram.StoredCredentials{}, errUnknownAccount
	}
	return stored, nil
}

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
