// Package negotiate goes from a host name to a bound stream: dial, TLS, SASL,
// resource binding (RFC 6120 §3 to §7). Every element it sends and receives goes
// through the wire's tap like any other.
//
// It trusts nobody on the way. No credential leaves before the certificate was
// checked against the JID's domain; the password is asked for only when a login
// mechanism was agreed on, once, and is tried once. Nothing is retried, and
// nothing is sent that the way to a bound stream does not need: no presence, no
// roster request.
//
// Every failure is an *Error: one sentence about what failed, with whom, whether
// a secret had left by then, and what to try.
package negotiate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// What a server may ask of us, and how long it may take.
const (
	// stepTimeout is how long one step may take unless Config says otherwise.
	stepTimeout = 20 * time.Second
	// The iteration counts of SCRAM that we go along with: RFC 7677 §4 sets the
	// lower one; at the upper one a login costs about a second of CPU.
	minIterations = 4096
	maxIterations = 1_000_000
	// maxSASLData bounds one decoded SASL message; SCRAM's are under 300 bytes.
	maxSASLData = 4096
	// maxSASLRounds bounds the challenges of one login; SCRAM has at most two.
	maxSASLRounds = 4
)

// TLSMode says how TLS comes about.
type TLSMode string

// The TLS modes. All but TLSOff want at least TLS 1.2 and a certificate for the
// JID's domain.
const (
	TLSAuto   TLSMode = "auto" // for now the same as starttls
	TLSStart  TLSMode = "starttls"
	TLSDirect TLSMode = "direct" // XEP-0368
	TLSOff    TLSMode = "off"    // loopback only
)

// Config says where to go and as whom.
type Config struct {
	JID      stanza.JID     // account; its resource is the wanted one, if any
	Resource string         // wanted resource; "" lets the server choose
	Server   string         // host or host:port instead of the domain's own
	TLS      TLSMode        // "" means TLSAuto
	RootCAs  *x509.CertPool // nil: the system's
	// Password is asked for at most once, and only when a mechanism needs it.
	// No step's time limit runs meanwhile: somebody may be typing.
	Password  func(ctx context.Context) (string, error)
	Mechanism string // only this SASL mechanism; "" chooses the best
	// AllowPlaintext permits TLSOff off loopback.
	AllowPlaintext bool
	Wire           wire.Config
	Dial           func(ctx context.Context, network, addr string) (net.Conn, error) // nil: net.Dialer
	Progress       func(Step, string)                                                // told as each step begins; may be nil
	StepTimeout    time.Duration                                                     // of each step; 0 means 20 s
}

// Step is one step of the way, in words that can be shown.
type Step string

// The steps, in order. A stream is opened anew after TLS and after the login.
const (
	StepDial   Step = "connecting"
	StepStream Step = "opening the stream"
	StepTLS    Step = "securing the stream"
	StepAuth   Step = "logging in"
	StepBind   Step = "binding the resource"
)

// Stream is a stream that is ready for stanzas.
type Stream struct {
	Conn      *wire.Conn
	Bound     stanza.JID // the full JID that resource binding gave
	Mechanism string
	TLS       *tls.ConnectionState // nil in the clear
	Features  *stanza.Stanza       // the last ones offered
	Addr      string               // what was dialled
}
