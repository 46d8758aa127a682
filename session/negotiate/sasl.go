package negotiate

import (
	"encoding/base64"
	"fmt"

	"iqscope/iqbuilder/stanza"
)

// firstMessage is the initial response of a mechanism that has no secret in it.
func firstMessage(m *mechanism, creds credentials) (string, error) {
	run, err := m.start(creds)
	if err != nil {
		return "", err
	}
	message, err := run.first()
	return encode(message), err
}

// encode makes an initial response; "=" is an empty one (RFC 6120 §6.4.2).
func encode(message string) string {
	if message == "" {
		return "="
	}
	return encodeResponse(message)
}

func encodeResponse(message string) string {
	return base64.StdEncoding.EncodeToString([]byte(message))
}

// data reads the content of a challenge or a success.
func data(el *stanza.Node) (string, error) {
	text := el.Text()
	if text == "=" {
		return "", nil
	}
	if base64.StdEncoding.DecodedLen(len(text)) > maxSASLData {
		return "", fmt.Errorf("the server's <%s/> is longer than %d bytes", el.Name.Local, maxSASLData)
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("the server's <%s/> is not base64", el.Name.Local)
	}
	return string(decoded), nil
}

// readFailure reads a <failure/> (RFC 6120 §6.4.5, XEP-0388 §2.6.2).
func readFailure(el *stanza.Node, mechanism string) error {
	e := &AuthError{Mechanism: mechanism}
	for _, child := range el.Elements() {
		switch {
		case child.Name.Space != stanza.NSSASL && child.Name.Space != nsSASL2:
		case child.Name.Local == "text":
			e.Text = child.Text()
		case e.Condition == "":
			e.Condition = child.Name.Local
		}
	}
	return e
}
