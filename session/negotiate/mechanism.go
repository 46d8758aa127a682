package negotiate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xdg-go/scram"
)

// A mechanism is one way to log in (RFC 6120 §6.3).
type mechanism struct {
	name string
	// hash is SCRAM's; the other mechanisms have none.
	hash scram.HashGeneratorFcn
	// plus says that the login is bound to the TLS connection.
	plus bool
	// bare says that the first message is the password itself: only inside TLS.
	bare bool
	// asks says that it needs the password.
	asks  bool
	start func(credentials) (login, error)
}

// credentials are what a login is made of. A mechanism takes what it needs.
type credentials struct {
	account        string // the bare JID
	user, password string
	binding        binding
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
	{name: "EXTERNAL", start: startExternal},
	scramMechanism("SCRAM-SHA-512-PLUS", scram.SHA512),
	scramMechanism("SCRAM-SHA-256-PLUS", scram.SHA256),
	scramMechanism("SCRAM-SHA-1-PLUS", scram.SHA1),
	scramMechanism("SCRAM-SHA-512", scram.SHA512),
	scramMechanism("SCRAM-SHA-256", scram.SHA256),
	scramMechanism("SCRAM-SHA-1", scram.SHA1),
	{name: "PLAIN", bare: true, asks: true, start: startPlain},
	{name: "ANONYMOUS", start: startAnonymous},
}

// rank is a mechanism's place among those we know, the best one's being 0; false
// for one that is not known.
func rank(name string) (int, bool) {
	i := slices.IndexFunc(mechanisms, func(m mechanism) bool { return m.name == name })
	return i, i >= 0
}

// circumstances are what the choice of a mechanism depends on.
type circumstances struct {
	offered     []string
	wanted      string // by the user; "" for the best
	remembered  string // worked for this account before; "" for none
	secured     bool   // by TLS
	binding     binding
	certificate bool
	anonymous   bool
	before      bool // there is the login of before SASL
}

// fits says that a mechanism can be used here, if it is offered. The user's word
// alone brings in what is below its turn, and takes out what is above it.
func (c *circumstances) fits(m *mechanism) bool {
	switch {
	case m.name == "ANONYMOUS", c.anonymous:
		return m.name == "ANONYMOUS" && c.anonymous
	case m.name == "EXTERNAL":
		return c.certificate && c.secured
	case m.plus:
		return c.binding.kind != ""
	}
	return true
}

// choose takes the best mechanism that is offered, or just the wanted one. What
// is weaker than what worked before is taken only when the user wants it by name:
// whoever cuts the offer short would get a login that is easier to attack.
func (c *circumstances) choose() (*mechanism, error) {
	for i := range mechanisms {
		m := &mechanisms[i]
		if c.wanted != "" && c.wanted != m.name || !slices.Contains(c.offered, m.name) || !c.fits(m) {
			continue
		}
		if m.bare && !c.secured {
			return nil, &reason{
				words:  "only the password itself would do (PLAIN), and the connection has no TLS",
				advice: "Connect with TLS.",
			}
		}
		if before, known := rank(c.remembered); c.wanted == "" && known && i > before && m.asks {
			return nil, weakened(c.remembered, m.name)
		}
		return m, nil
	}
	return nil, c.noneFits()
}

// weakened refuses a login by less than what worked before.
func weakened(before, now string) error {
	return &reason{
		words: fmt.Sprintf("the best login to be had here is %s now, and this account has logged in by %s before", now, before),
		advice: "Someone may be tampering with the connection. If the server did change, say so with --mechanism " +
			now + ".",
	}
}

// noneFits says why no mechanism was chosen.
func (c *circumstances) noneFits() error {
	advice := "This program knows " + strings.Join(knownMechanisms(), ", ") + "."
	_, known := rank(c.wanted)
	offered := c.wanted != "" && slices.Contains(c.offered, c.wanted)
	switch {
	case len(c.offered) == 0 && c.before:
		return &reason{
			words:  "the server offers no way to log in here, but that of before SASL (XEP-0078)",
			advice: "This program does not speak it. It may want TLS first, or another port.",
		}
	case len(c.offered) == 0:
		return &reason{words: "the server offers no way to log in here", advice: "It may want TLS first, or another port."}
	case c.wanted != "" && !known:
		return &reason{words: fmt.Sprintf("the mechanism %q is not known here", c.wanted), advice: advice}
	case c.anonymous && !slices.Contains(c.offered, "ANONYMOUS"):
		return &reason{
			words:  "the server lets nobody in anonymously here; it offers " + quoted(c.offered),
			advice: "Some servers have a domain of its own for that, such as anon.example.org.",
		}
	case offered && strings.HasSuffix(c.wanted, plusSuffix):
		return &reason{
			words:  c.wanted + " needs a channel binding, and there is none that the server and this connection share",
			advice: "Choose the mechanism without " + plusSuffix + ", or none.",
		}
	case offered && c.wanted == "EXTERNAL":
		return &reason{
			words:  "EXTERNAL is a login by certificate, and none was shown to the server",
			advice: "Name one with --cert and --key, and connect with TLS.",
		}
	case offered:
		return &reason{
			words:  fmt.Sprintf("%s and what else was asked for do not go together", c.wanted),
			advice: "ANONYMOUS is for --anonymous alone.",
		}
	case c.wanted != "":
		return &reason{
			words:  fmt.Sprintf("the server does not offer %s but %s", c.wanted, quoted(c.offered)),
			advice: "Choose one of these with --mechanism, or none; if it did before, someone may be tampering with the connection.",
		}
	}
	return &reason{words: "the server offers only " + quoted(c.offered), advice: advice}
}

func knownMechanisms() []string {
	known := make([]string, len(mechanisms))
	for i, m := range mechanisms {
		known[i] = m.name
	}
	return known
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

// oneMessage is a login that is over with its first message.
type oneMessage struct{ name, message string }

func (o *oneMessage) first() (string, error) { return o.message, nil }

func (o *oneMessage) answer(string) (string, error) {
	return "", errors.New("the server asks questions that " + o.name + " does not have")
}

func (o *oneMessage) finish(string) error { return nil }

// startPlain sends the password as it is: to prepare it is the server's part (RFC 4616 §2).
func startPlain(c credentials) (login, error) {
	return &oneMessage{"PLAIN", "\x00" + c.user + "\x00" + c.password}, nil
}
