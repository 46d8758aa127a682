// Package negotiate goes from a host name to a bound stream: dial, TLS, SASL,
// resource binding (RFC 6120 §3 to §7). Every element it sends and receives goes
// through the wire's tap like any other.
//
// It trusts nobody on the way. No credential leaves before the certificate was
// checked against the JID's domain; the password is asked for only when a login
// mechanism was agreed on, once, and is tried once: a login is retried only after
// the server refused its channel binding, which is no word about the password.
// Nothing is sent that the way to a bound stream does not need: no presence, no
// roster request.
//
// Every failure is an *Error: one sentence about what failed, with whom, whether
// a secret had left by then, and what to try.
//
// Inside, a route is how the connection comes about, up to TLS; an authentication is the login
// on it; streamManagement is XEP-0198's part; and a negotiation is the machine over all that is
// offered and heard. It knows the other three, and they know nothing of it or of each other.
package negotiate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/url"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// What a server may ask of us, and how long it may take.
const (
	// DefaultStepTimeout is how long one step may take unless Config says otherwise.
	DefaultStepTimeout = 20 * time.Second
	// tryTimeout bounds each step of a way that is not the last one to try: a dead
	// address, or a port that keeps silent when asked for TLS. A handshake takes
	// under a second even by satellite.
	tryTimeout = 4 * time.Second
	// maxHops is how often a server may send us on to another one (see-other-host).
	maxHops = 3
	// maxWays is how many SRV records are tried.
	maxWays = 10
	// The iteration counts of SCRAM that we go along with: RFC 7677 §4 sets the
	// lower one; at the upper one a login costs about a second of CPU.
	minIterations = 4096
	maxIterations = 1_000_000
	// maxSASLData bounds one decoded SASL message; SCRAM's are under 300 bytes.
	maxSASLData = 4096
)

// TLSMode says how TLS comes about.
type TLSMode string

// The TLS modes. All but TLSOff want at least TLS 1.2 and a certificate for the
// JID's domain.
const (
	// TLSAuto goes where the domain's SRV records say, direct TLS first. With a
	// Server it tries direct TLS, and STARTTLS when the answer is not TLS.
	TLSAuto   TLSMode = "auto"
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
	Resolver       Resolver                                                          // nil: net.DefaultResolver
	Progress       func(Step, string)                                                // told as each step begins; may be nil
	StepTimeout    time.Duration                                                     // of each step; 0 means 20 s

	// WebSocket is the ws:// or wss:// address of a server to reach that way
	// (RFC 7395) instead of over TCP; "" for TCP.
	WebSocket string
	// Component logs in as the component named by JID's domain (XEP-0114); Password gives
	// its secret, Server is required.
	Component bool
	// Anonymous logs in as nobody (SASL ANONYMOUS, XEP-0175); JID is a domain.
	Anonymous bool
	// Certificate is shown to the server; with one, EXTERNAL (XEP-0178) comes
	// before every other mechanism.
	Certificate *tls.Certificate
	// Pin is the SHA-256 of the server's certificate (its whole DER, in hex, colons
	// allowed). It replaces the check of authority, name and dates. "" for none.
	Pin string
	// KeyLog gets TLS secrets in NSS format, for tools that decrypt captures. It
	// may be nil.
	KeyLog io.Writer
	// Proxy is a socks5:// address, its user and password included; nil for none.
	Proxy *url.URL
	// Memory remembers of an account what must not get worse; nil remembers nothing.
	Memory Memory
	// Manage asks for stream management (XEP-0198); Resume asks to resume an
	// earlier stream first, and is tried before binding.
	Manage bool
	Resume *Resumption
	// NoSASL2 does without SASL2 and Bind2 (XEP-0388, XEP-0386) where they are offered.
	NoSASL2 bool
}

// Resolver looks up where a domain's service is. *net.Resolver is one.
type Resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (cname string, records []*net.SRV, err error)
}

// Memory is what is remembered of an account between connections, so that a
// later server cannot talk us into less. It is called during Client only.
type Memory interface {
	// Mechanism returns the mechanism that worked last, "" for none.
	Mechanism(account stanza.JID) string
	// Worked notes a successful login.
	Worked(account stanza.JID, mechanism string)
}

// Resumption names a stream to resume (XEP-0198 §5).
type Resumption struct {
	ID       string
	Received uint32     // stanzas that we handled on it
	Bound    stanza.JID // the JID it had
}

// Management is what stream management came to (XEP-0198).
type Management struct {
	Enabled  bool
	Resumed  bool          // the earlier stream goes on; Stream.Bound is its JID
	ID       string        // to resume by; "" when the stream cannot be resumed
	Location string        // where the server wants to be reached then; may be ""
	Max      time.Duration // how long it waits; 0 when it did not say
	// Handled is how many of our stanzas the server had handled, known when resumption was
	// accepted or refused with a count that is one. A stream that is Resumed without it must
	// be ended: what would have to be sent again cannot be known.
	Handled      uint32
	HandledKnown bool
	// Counted is how many of Stream.Early came when stream management was on already,
	// the last ones: they count as received (XEP-0198 §4), those before do not.
	Counted int
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
	Management
	// Early are stanzas that came before the way was over; they went through
	// the tap, and nobody has handled them.
	Early []*stanza.Stanza
	// Choices say in words what was chosen and why, a line a step: the address of
	// several, the TLS parameters and certificate, the mechanism and its channel binding.
	Choices []string
}
