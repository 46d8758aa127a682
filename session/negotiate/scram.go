package negotiate

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xdg-go/scram"
)

// scramLogin is SCRAM (RFC 5802). The library does the proofs and checks the
// nonce and the server's signature; this type keeps the server from asking for
// too little or too much, and from skipping its own proof.
type scramLogin struct {
	conversation *scram.ClientConversation
	proofSent    bool
}

// plusSuffix ends the names of the mechanisms with channel binding (RFC 5802 §4).
const plusSuffix = "-PLUS"

func scramMechanism(name string, hash scram.HashGeneratorFcn) mechanism {
	plus := strings.HasSuffix(name, plusSuffix)
	return mechanism{
		name: name, hash: hash, plus: plus, asks: true,
		start: func(c credentials) (login, error) { return startSCRAM(hash, plus, c) },
	}
}

// startSCRAM begins a conversation with the flag that RFC 5802 §6 asks for: p with
// a binding, y when only the server seems to have none, else n.
func startSCRAM(hash scram.HashGeneratorFcn, plus bool, c credentials) (login, error) {
	user, _ := prepared(c.user)
	password, _ := prepared(c.password)
	client, err := hash.NewClientUnprepped(user, password, "")
	if err != nil {
		return nil, errors.New("SCRAM cannot be computed here") // the library's words may quote the password
	}
	switch {
	case plus:
		return &scramLogin{conversation: client.NewConversationWithChannelBinding(scram.ChannelBinding{
			Type: scram.ChannelBindingType(c.binding.kind), Data: c.binding.data,
		})}, nil
	case c.binding.unoffered:
		return &scramLogin{conversation: client.NewConversationAdvertisingChannelBinding()}, nil
	}
	return &scramLogin{conversation: client.NewConversation()}, nil
}

func (s *scramLogin) first() (string, error) { return s.conversation.Step("") }

func (s *scramLogin) answer(challenge string) (string, error) {
	if s.proofSent {
		return "", s.verify(challenge)
	}
	if err := checkServerFirst(challenge); err != nil {
		return "", err
	}
	proof, err := s.conversation.Step(challenge)
	if err != nil {
		return "", fmt.Errorf("the server's SCRAM challenge is not right: %.200q", err.Error())
	}
	s.proofSent = true
	return proof, nil
}

func (s *scramLogin) finish(data string) error {
	if data != "" && s.proofSent {
		return s.verify(data)
	}
	if !s.conversation.Valid() {
		return ErrServerSignature
	}
	return nil
}

// verify checks the server's proof.
func (s *scramLogin) verify(message string) error {
	if reason, ok := strings.CutPrefix(message, "e="); ok {
		return fmt.Errorf("the server ended SCRAM with the error %.100q", reason)
	}
	if _, err := s.conversation.Step(message); err != nil {
		return ErrServerSignature
	}
	return nil
}

// checkServerFirst checks what the library does not: it would compute any number
// of iterations, and ignore an extension that has to be understood further on.
func checkServerFirst(message string) error {
	fields := strings.Split(message, ",")
	for _, field := range fields {
		if strings.HasPrefix(field, "m=") {
			return errors.New("the server wants a SCRAM extension that is not known here")
		}
	}
	if len(fields) < 3 || !strings.HasPrefix(fields[2], "i=") {
		return errors.New("the server's SCRAM challenge has no iteration count")
	}
	count, err := strconv.Atoi(fields[2][len("i="):])
	switch {
	case err != nil:
		return fmt.Errorf("the server's SCRAM iteration count %.30q is no number", fields[2][len("i="):])
	case count < minIterations:
		return &reason{
			words:  fmt.Sprintf("the server wants %d rounds of SCRAM, fewer than the safe %d", count, minIterations),
			advice: "Whoever sees the login could guess the password; the server must be configured better.",
		}
	case count > maxIterations:
		return fmt.Errorf("the server wants %d rounds of SCRAM, more than the %d we do", count, maxIterations)
	}
	return nil
}
