package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"iqscope/internal/config"
	"iqscope/session"
	"iqscope/session/negotiate"
)

// connectionFlags are the flags that every command has. A profile may have set
// those that the command line did not.
type connectionFlags struct {
	set *pflag.FlagSet // of the command that runs

	jid, profile                                    string
	demo                                            bool
	resource, server, websocket                     string
	tls, ca, pin                                    string
	allowPlaintext                                  bool
	component, anonymous                            bool
	secretFile, cert, key, mechanism                string
	passwordCommand, passwordFile                   string
	keyring                                         bool
	quiet, verbose                                  bool
	record                                          string
	colour                                          string
	theme                                           string // of the screen alone, as is the next one
	plain                                           bool
	timeout, connectTimeout                         seconds
	logMegabytes                                    int // 0: the usual; no flag
	lenient, bare, showSecrets, noHistory           bool
	history                                         *bool              // no flag, but a profile's; nil: as for all
	keepalive, whiteSpace                           time.Duration      // no flags, but a profile's
	noManagement, noReconnect, noSASL2, noDiscovery bool               // these too
	respondersOff                                   []string           // these too
	unanswered                                      session.Unanswered // this too
}

// tlsModes are the values of --tls.
var tlsModes = []string{
	string(negotiate.TLSAuto), string(negotiate.TLSStart), string(negotiate.TLSDirect), string(negotiate.TLSOff),
}

// mechanisms are offered as completions of --mechanism, which takes any name.
var mechanisms = []string{
	"SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS",
	"SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "EXTERNAL", "PLAIN",
}

// defaultKeepalive is how long a link may be silent before it is asked for a sign
// of life, unless a profile says otherwise. With the time for the answer, a dead
// one is found within 45 s.
const defaultKeepalive = 30 * time.Second

func (p *program) registerFlags(root *cobra.Command) {
	f, set := &p.flags, root.PersistentFlags()
	set.SortFlags = false
	set.StringVarP(&f.jid, "jid", "j", "", "account `user@host`, with or without a resource (or IQSCOPE_JID)")
	set.StringVar(&f.profile, "profile", "", "`name` of a profile in the configuration file; \"\" for none, not even the default one")
	set.BoolVar(&f.demo, "demo", false, "use the built-in server")
	set.StringVar(&f.resource, "resource", "", "resource to bind; the server chooses one by default")
	set.StringVar(&f.server, "server", "", "`host[:port]` to connect to instead of the account's own")
	set.StringVar(&f.tls, "tls", string(negotiate.TLSAuto), "how TLS comes about: "+strings.Join(tlsModes, ", "))
	set.BoolVar(&f.allowPlaintext, "allow-plaintext", false, "permit --tls off to other machines than this one")
	set.StringVar(&f.ca, "ca", "", "PEM `file` of an authority to trust besides the system's")
	set.StringVar(&f.pin, "pin", "", "`SHA256` of the one server certificate to accept, whoever signed it, in hexadecimal")
	set.StringVar(&f.websocket, "websocket", "", "`URL` of a WebSocket to connect to, wss://host/path")
	set.BoolVar(&f.component, "component", false, "log in as a component (XEP-0114): -j is its domain")
	set.StringVar(&f.secretFile, "secret-file", "", "`file` whose first line is the component's secret")
	set.BoolVar(&f.anonymous, "anonymous", false, "log in as nobody in particular: -j is the server's domain")
	set.StringVar(&f.cert, "cert", "", "PEM `file` of the certificate to log in with (EXTERNAL)")
	set.StringVar(&f.key, "key", "", "PEM `file` of its private key, unless that is in the same file")
	set.StringVar(&f.mechanism, "mechanism", "", "the only SASL mechanism to use, such as SCRAM-SHA-256")
	set.StringVar(&f.passwordCommand, "password-command", "", "shell `command` whose first line of output is the password")
	set.StringVar(&f.passwordFile, "password-file", "", "`file` whose first line is the password")
	set.BoolVar(&f.keyring, "keyring", false, "take the password from the system's keyring; see: iqscope password")
	f.timeout = seconds(session.DefaultResponseTimeout)
	set.Var(&f.timeout, "timeout", "how long a request waits: seconds, or a `duration` such as 500ms; 0 for ever")
	f.connectTimeout = seconds(negotiate.DefaultStepTimeout)
	set.Var(&f.connectTimeout, "connect-timeout", "how long each step of connecting may take, such as TLS or the login: seconds, or a `duration`")
	set.BoolVar(&f.lenient, "lenient", false, "accept replies from senders that are not quite who was asked")
	set.BoolVar(&f.bare, "bare", false, "send nothing unasked: no keepalive, no stream management")
	set.BoolVar(&f.noHistory, "no-history", false, "keep nothing of what is sent and answered; see: iqscope history")
	set.BoolVar(&f.showSecrets, "show-secrets", false, "show passwords and tokens in what goes over the wire")
	set.BoolVarP(&f.quiet, "quiet", "q", false, "no warnings: standard error has the reason of a failure only")
	set.BoolVarP(&f.verbose, "verbose", "v", false, "print what goes over the wire on standard error, secrets hidden")
	set.StringVar(&f.record, "record", "", recordHelp)
	set.StringVar(&f.colour, "color", colourAuto, "`when` XML for reading is coloured: "+strings.Join(colours, ", "))
	// It is here to be refused in words, and so that its value is taken for
	// nothing else.
	set.Var(discarded{}, "password", "")
	_ = set.MarkHidden("password")
	f.keepalive = defaultKeepalive

	for flag, values := range map[string][]string{"tls": tlsModes, "mechanism": mechanisms, "color": colours} {
		_ = root.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = root.RegisterFlagCompletionFunc("profile", p.completeProfile)
}

// check refuses what no command can use, whatever the configuration says.
func (f *connectionFlags) check(set *pflag.FlagSet) error {
	f.set = set
	if set.Changed("password") {
		return errors.New("there is no --password, because other users of this machine can read command lines; " +
			"give IQSCOPE_PASSWORD, --password-file, --password-command or --keyring, or wait to be asked")
	}
	if err := exclusive(f.given, f.called); err != nil {
		return err
	}
	if !slices.Contains(colours, f.colour) {
		return usage("--color is one of %s, not %q", strings.Join(colours, ", "), f.colour)
	}
	if f.demo {
		return f.values() // no profile will be added
	}
	return nil
}

// given says that the command line has the flag; a switch that it turns off does
// not count.
func (f *connectionFlags) given(flag string) bool {
	value := f.set.Lookup(flag).Value.String()
	return f.set.Changed(flag) && value != "false" && value != ""
}

// called is how errors name a setting: by where it stands.
func (f *connectionFlags) called(key string) string {
	if f.set.Changed(key) || f.profile == "" {
		return "--" + key
	}
	return fmt.Sprintf("%s in the profile %q", key, f.profile)
}

// values refuses settings that mean nothing, or not together, wherever they are from.
func (f *connectionFlags) values() error {
	if !slices.Contains(tlsModes, f.tls) {
		return usage("%s is one of %s, not %q", f.called("tls"), strings.Join(tlsModes, ", "), f.tls)
	}
	if err := checkPin(f.pin); err != nil {
		return usage("%s: %w", f.called("pin"), err)
	}
	if err := checkWebSocket(f.websocket); err != nil {
		return usage("%s: %w", f.called("websocket"), err)
	}
	if f.server != "" {
		if err := negotiate.CheckServer(f.server); err != nil {
			return usage("%s: %w", f.called("server"), err)
		}
	}
	switch {
	case f.tls == string(negotiate.TLSOff) && f.pin != "":
		return usage("without TLS there is no certificate; %s does not go with %s off", f.called("pin"), f.called("tls"))
	case f.tls == string(negotiate.TLSOff) && f.cert != "":
		return usage("without TLS no certificate can be shown; %s does not go with %s off", f.called("cert"), f.called("tls"))
	case f.connectTimeout == 0:
		return usage("%s is longer than 0", f.called("connect-timeout"))
	case f.component && f.server == "":
		return usage("%s needs --server: a component connects to the one server that knows its secret", f.called("component"))
	case f.secretFile != "" && !f.component:
		return usage("%s is a component's; it needs --component", f.called("secret-file"))
	case f.key != "" && f.cert == "":
		return usage("%s needs the certificate that it belongs to: --cert", f.called("key"))
	}
	return nil
}

// discarded is the value of a flag that is refused: it keeps nothing.
type discarded struct{}

func (discarded) String() string   { return "" }
func (discarded) Type() string     { return "string" }
func (discarded) Set(string) error { return nil }

// seconds is a duration that may be typed as a plain number of seconds.
type seconds time.Duration

func (s *seconds) String() string { return time.Duration(*s).String() }

func (s *seconds) Type() string { return "duration" }

func (s *seconds) Set(text string) error {
	d, err := config.ParseDuration(text)
	if err == nil {
		*s = seconds(d)
	}
	return err
}

// again are the flags that reach the same account from another command line: those that were given
// here, as they were given, and what the environment said.
func (f *connectionFlags) again() []string {
	var again []string
	given := false // the account is named
	f.set.Visit(func(flag *pflag.Flag) {
		switch {
		case !ways[flag.Name]:
			return
		case flag.Value.Type() == "bool" && flag.Value.String() == "true":
			again = append(again, "--"+flag.Name)
		case flag.Value.Type() == "bool":
			again = append(again, "--"+flag.Name+"=false")
		default:
			again = append(again, "--"+flag.Name, flag.Value.String())
		}
		given = given || flag.Name == "jid" || flag.Name == "profile" || flag.Name == "demo"
	})
	switch {
	case given:
	case f.demo:
		again = append(again, "--demo")
	case f.profile != "":
		again = append(again, "--profile", f.profile)
	default:
		again = append(again, "--jid", f.jid)
	}
	return again
}

// ways are the settings that say which account it is, and how it is reached.
var ways = map[string]bool{
	"jid": true, "profile": true, "demo": true, "resource": true, "server": true, "tls": true, "allow-plaintext": true, "ca": true, "pin": true,
	"websocket": true, "component": true, "secret-file": true, "anonymous": true, "cert": true, "key": true, "mechanism": true,
	"password-command": true, "password-file": true, "keyring": true, "lenient": true, "bare": true,
}
