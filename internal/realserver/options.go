package realserver

// An Option changes how a server is set up.
type Option func(*settings)

type settings struct {
	certificate        Certificate
	config             string
	sasl2              bool
	anonymous          bool
	clientCertificates bool
	webSocket          bool
	modules            Modules
	accounts           map[string]string // besides those that every server has
	ports              func() (ports, error)
}

// WithCertificate lets the server show another certificate than a good one.
func WithCertificate(kind Certificate) Option {
	return func(s *settings) { s.certificate = kind }
}

// WithConfig adds lines in the server's own language to the global part of its configuration: Lua
// for Prosody, where the last assignment of a setting wins, YAML for ejabberd, where only new
// top-level keys are possible.
func WithConfig(lines string) Option {
	return func(s *settings) { s.config += lines + "\n" }
}

// WithSASL2 lets Prosody offer SASL2 and Bind2 (XEP-0388, XEP-0386), by the community's modules
// (Debian: prosody-modules). ejabberd 23.01 has neither, and takes no notice.
func WithSASL2() Option {
	return func(s *settings) { s.sasl2 = true }
}

// WithAnonymous adds the domain in [AnonymousDomain], which lets everybody in and knows no account.
func WithAnonymous() Option {
	return func(s *settings) { s.anonymous = true }
}

// WithClientCertificates lets the server ask clients for a certificate and accept it as a login
// ([Server.ClientCertificate]). Prosody then accepts no password; it needs the community's modules.
func WithClientCertificates() Option {
	return func(s *settings) { s.clientCertificates = true }
}

// WithWebSocket lets clients connect by WebSocket, too ([Server.WebSocketURL]).
func WithWebSocket() Option {
	return func(s *settings) { s.webSocket = true }
}

// WithAccount adds an account, a bare JID of localhost.
func WithAccount(jid, password string) Option {
	return func(s *settings) { s.accounts = map[string]string{jid: password} }
}

func newSettings(options []Option) settings {
	s := settings{ports: freePorts}
	for _, option := range options {
		option(&s)
	}
	return s
}
