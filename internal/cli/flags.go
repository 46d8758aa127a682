package cli

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"iqscope/session"
	"iqscope/session/negotiate"
)

// connectionFlags are the flags that every command has.
type connectionFlags struct {
	jid, resource, server, tls, ca, mechanism string
	passwordCommand, passwordFile             string
	allowPlaintext, lenient, bare, demo       bool
	timeout                                   seconds
	password                                  string // refused
}

// tlsModes are the values of --tls.
var tlsModes = []string{
	string(negotiate.TLSAuto), string(negotiate.TLSStart), string(negotiate.TLSDirect), string(negotiate.TLSOff),
}

func (f *connectionFlags) register(root *cobra.Command) {
	set := root.PersistentFlags()
	set.SortFlags = false
	set.StringVarP(&f.jid, "jid", "j", "", "account `user@host`, with or without a resource (or IQSCOPE_JID)")
	set.BoolVar(&f.demo, "demo", false, "use the built-in server")
	set.StringVar(&f.resource, "resource", "", "resource to bind; the server chooses one by default")
	set.StringVar(&f.server, "server", "", "`host[:port]` to connect to instead of the account's own")
	set.StringVar(&f.tls, "tls", string(negotiate.TLSAuto), "how TLS comes about: "+strings.Join(tlsModes, ", "))
	set.BoolVar(&f.allowPlaintext, "allow-plaintext", false, "permit --tls off to other machines than this one")
	set.StringVar(&f.ca, "ca", "", "PEM `file` of an authority to trust besides the system's")
	set.StringVar(&f.mechanism, "mechanism", "", "the only SASL mechanism to use, such as SCRAM-SHA-256")
	set.StringVar(&f.passwordCommand, "password-command", "", "shell `command` whose first line of output is the password")
	set.StringVar(&f.passwordFile, "password-file", "", "`file` whose first line is the password")
	f.timeout = seconds(session.DefaultResponseTimeout)
	set.Var(&f.timeout, "timeout", "how long a request waits: seconds, or a `duration` such as 500ms; 0 for ever")
	set.BoolVar(&f.lenient, "lenient", false, "accept replies from senders that are not quite who was asked")
	set.BoolVar(&f.bare, "bare", false, "send nothing unasked")
	// It is here to be refused in words, and so that its value is taken for
	// nothing else.
	set.StringVar(&f.password, "password", "", "")
	_ = set.MarkHidden("password")

	root.MarkFlagsMutuallyExclusive("password-command", "password-file")
	_ = root.RegisterFlagCompletionFunc("tls", cobra.FixedCompletions(tlsModes, cobra.ShellCompDirectiveNoFileComp))
}

// check refuses what no command can use.
func (f *connectionFlags) check(set *pflag.FlagSet) error {
	if set.Changed("password") {
		return errors.New("there is no --password, because other users of this machine can read command lines; " +
			"give IQSCOPE_PASSWORD, --password-file or --password-command, or wait to be asked")
	}
	if !slices.Contains(tlsModes, f.tls) {
		return usage("--tls is one of %s, not %q", strings.Join(tlsModes, ", "), f.tls)
	}
	if f.demo {
		for _, other := range []string{"server", "tls", "allow-plaintext", "ca", "password-command", "password-file"} {
			if set.Changed(other) {
				return usage("--demo brings its own server and password; --%s does not go with it", other)
			}
		}
	}
	return nil
}

// seconds is a duration that may be typed as a plain number of seconds.
type seconds time.Duration

func (s *seconds) String() string { return time.Duration(*s).String() }

func (s *seconds) Type() string { return "duration" }

func (s *seconds) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil {
		number, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(number) {
			return errors.New("want seconds, or a duration such as 500ms or 1m30s")
		}
		if math.Abs(number) > math.MaxInt64/float64(time.Second)/2 {
			return fmt.Errorf("%s seconds are too many", text)
		}
		d = time.Duration(number * float64(time.Second))
	}
	if d < 0 {
		return errors.New("a time cannot be negative")
	}
	*s = seconds(d)
	return nil
}
