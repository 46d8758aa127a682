package negotiate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xdg-go/scram"
	"github.com/xdg-go/stringprep"
)

// A mechanism is one way to log in (RFC 6120 §6.3).
type mechanism struct {
	name string
	// bare says that the first message is the password itself: only inside TLS.
	bare  bool
	start func(user, password string) (login, error)
}

// A login is one run of a mechanism. Its messages are what base64 carries.
type login interface {
	// first is the initial response.
	first() (string, error)
	// answer answers a challenge.
	answer(challenge string) (string, error)
	// finish checks what came with <success/>, "" when nothing did.
	finish(data string) error
}

// mechanisms are those we know, the best one first.
var mechanisms = []mechanism{
	{name: "SCRAM-SHA-256", start: startSCRAM(scram.SHA256)},
	{name: "SCRAM-SHA-1", start: startSCRAM(scram.SHA1)},
	{name: "PLAIN", bare: true, start: startPlain},
}

// chooseMechanism takes the best mechanism that is offered, or just the wanted one.
func chooseMechanism(offered []string, wanted string, secured bool) (*mechanism, error) {
	for i := range mechanisms {
		m := &mechanisms[i]
		if wanted != "" && wanted != m.name || !slices.Contains(offered, m.name) {
			continue
		}
		if m.bare && !secured {
			return nil, &reason{
				words:  "only the password itself would do (PLAIN), and the connection has no TLS",
				advice: "Connect with TLS.",
			}
		}
		return m, nil
	}
	known := make([]string, len(mechanisms))
	for i, m := range mechanisms {
		known[i] = m.name
	}
	advice := "This program knows " + strings.Join(known, ", ") + "."
	switch {
	case len(offered) == 0:
		return nil, &reason{words: "the server offers no way to log in here", advice: "It may want TLS first, or another port."}
	case wanted != "" && !slices.Contains(known, wanted):
		return nil, &reason{words: fmt.Sprintf("the mechanism %q is not known here", wanted), advice: advice}
	case wanted != "":
		return nil, &reason{
			words:  fmt.Sprintf("the server does not offer %s but %s", wanted, quoted(offered)),
			advice: "Choose one of these with --mechanism, or none; if it did before, someone may be tampering with the connection.",
		}
	}
	return nil, &reason{words: "the server offers only " + quoted(offered), advice: advice}
}

// maxMechanismsShown is how many of the server's mechanisms a message lists.
const maxMechanismsShown = 10

func quoted(names []string) string {
	shown := make([]string, 0, maxMechanismsShown+1)
	for _, name := range names[:min(len(names), maxMechanismsShown)] {
		shown = append(shown, fmt.Sprintf("%.30q", name))
	}
	if more := len(names) - maxMechanismsShown; more > 0 {
		shown = append(shown, fmt.Sprintf("%d more", more))
	}
	return strings.Join(shown, ", ")
}

// plain sends the password as it is (RFC 4616).
type plain struct{ message string }

func startPlain(user, password string) (login, error) {
	prepared, err := stringprep.SASLprep.Prepare(password)
	if err != nil {
		return nil, errBadPassword
	}
	return &plain{"\x00" + user + "\x00" + prepared}, nil
}

func (p *plain) first() (string, error) { return p.message, nil }

func (p *plain) answer(string) (string, error) {
	return "", errors.New("the server asks questions that PLAIN does not have")
}

func (p *plain) finish(string) error { return nil }

// errBadPassword has no cause: it would quote a character of the password.
var errBadPassword = &reason{
	words:  "the password has characters that no password may have (RFC 4013)",
	advice: "Check for control characters or a wrong encoding.",
}
