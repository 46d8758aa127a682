package cli

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"iqscope/internal/config"
	"iqscope/internal/secret"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

// settle adds to the flags what the environment and a profile say. A flag goes
// before the environment, and that before a profile.
func (p *program) settle() error {
	f := &p.flags
	if f.demo {
		return nil
	}
	if f.jid == "" {
		f.jid = p.getenv("IQSCOPE_JID")
	}
	named := f.set.Changed("profile")
	if named && f.profile == "" {
		return f.values()
	}
	path, err := config.Path(p.getenv)
	if err != nil {
		if named {
			return usage("--profile: %w", err)
		}
		return f.values()
	}
	file, err := config.Load(path)
	if err != nil {
		return refuse(fmt.Errorf("the configuration is not right: %w", err))
	}
	if !named {
		f.profile = file.Default
	}
	if f.profile == "" {
		return f.values()
	}
	profile, err := file.Profile(f.profile)
	if err != nil {
		return usage("%w", err)
	}
	if !named && !sameAccount(f.jid, profile.JID) {
		f.profile = "" // the default one is somebody else's
		return f.values()
	}
	p.warn(file.Warnings)
	if err := p.adopt(profile); err != nil {
		return err
	}
	return f.values()
}

// sameAccount says that a profile is for the account that was named, if both name one.
func sameAccount(named, profile string) bool {
	if named == "" || profile == "" {
		return true
	}
	a, err1 := stanza.ParseJID(named)
	b, err2 := stanza.ParseJID(profile)
	return err1 == nil && err2 == nil && a.Bare() == b.Bare()
}

// logins are the settings by which an account proves who it is. Those of a
// profile never go to another account than the profile's own.
var logins = map[string]bool{
	"password-command": true, "password-file": true, "keyring": true, "secret-file": true, "cert": true, "key": true,
}

// passwords are those that a password in the environment goes before.
var passwords = map[string]bool{"password-command": true, "password-file": true, "keyring": true, "secret-file": true}

// adopt takes over what a profile says and neither the command line nor the
// environment does.
func (p *program) adopt(profile config.Profile) error {
	f := &p.flags
	has := map[string]bool{}
	for key := range profile.Settings() {
		has[key] = true
	}
	within := func(key string) string { return fmt.Sprintf("profile %q: %s", profile.Name, key) }
	if err := exclusive(func(key string) bool { return has[key] }, within); err != nil {
		return err
	}
	own := sameAccount(f.jid, profile.JID)
	_, password := p.lookupenv(secret.Variable)
	left := false
	for key, value := range profile.Settings() {
		flag := f.set.Lookup(key)
		switch {
		case flag == nil, flag.Changed, f.overruled(key), key == "jid" && f.jid != "", password && passwords[key]:
			continue
		case !own && logins[key]:
			left = true
			continue
		}
		if err := flag.Value.Set(value); err != nil {
			return usage("%s: %w", within(key), err)
		}
	}
	if left {
		p.warn([]string{fmt.Sprintf("the profile %q is for %s; how that logs in is not used for %s", profile.Name, profile.JID, f.jid)})
	}
	if profile.Keepalive != nil {
		f.keepalive = profile.Keepalive.Duration
	}
	if profile.WhiteSpace != nil {
		f.whiteSpace = profile.WhiteSpace.Duration
	}
	off := func(setting *bool) bool { return setting != nil && !*setting }
	f.noManagement, f.noReconnect, f.noSASL2 = off(profile.StreamManagement), off(profile.Reconnect), off(profile.SASL2)
	f.noDiscovery = off(profile.Discover)
	f.history = profile.History
	if f.logMegabytes = profile.LogMegabytes; f.logMegabytes < 0 || f.logMegabytes > mostLogMegabytes {
		return usage("%s is between 1 and %d, not %d", within("log-megabytes"), mostLogMegabytes, f.logMegabytes)
	}
	f.respondersOff = profile.RespondersOff
	f.unanswered = session.Unanswered{Condition: profile.Unanswered, Text: profile.UnansweredText, Lang: profile.UnansweredLang}
	if profile.Unanswered == config.Silence {
		f.unanswered = session.Unanswered{Silent: true}
	}
	return nil
}

// mostLogMegabytes is more than a machine has that runs a terminal program.
const mostLogMegabytes = 1 << 20

// overruled says that a flag on the command line leaves no room for a setting.
func (f *connectionFlags) overruled(key string) bool {
	found := false
	f.set.Visit(func(flag *pflag.Flag) {
		found = found || f.given(flag.Name) && excludes(flag.Name, key)
	})
	return found
}

// completeProfile completes --profile.
func (p *program) completeProfile(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	path, err := config.Path(p.getenv)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	file, err := config.Load(path)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return file.Names(), cobra.ShellCompDirectiveNoFileComp
}
