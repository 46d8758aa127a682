package realserver

// An Option changes how a server is set up.
type Option func(*settings)

type settings struct {
	certificate Certificate
	config      string
	ports       func() (ports, error)
}

// WithCertificate lets the server show another certificate than a good one.
func WithCertificate(kind Certificate) Option {
	return func(s *settings) { s.certificate = kind }
}

// WithConfig adds lines in the server's own language to the global part of its configuration: Lua for Prosody,
// where the last assignment of a setting wins, YAML for ejabberd, where only new top-level keys are possible.
func WithConfig(lines string) Option {
	return func(s *settings) { s.config += lines + "\n" }
}

func newSettings(options []Option) settings {
	s := settings{ports: freePorts}
	for _, option := range options {
		option(&s)
	}
	return s
}
