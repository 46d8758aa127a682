package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"iqscope/internal/config"
	"iqscope/internal/secret"
	"iqscope/session/demo"
	"iqscope/tui"
)

// ui opens the terminal UI, and opens it anew for each account that is chosen there. When one cannot
// be had, the one before goes on, and says why.
func (p *program) ui(ctx context.Context) error {
	var before *program
	draft, notice := "", ""
	for {
		err := p.screen(ctx, draft, notice)
		var to *tui.Switch
		switch {
		case errors.As(err, &to):
			next, err := p.as(to.Account)
			draft, notice = to.Draft, ""
			if err != nil {
				notice = "not " + to.Account + ": " + err.Error()
				continue
			}
			before, p = p, next
		case err != nil && before != nil && ctx.Err() == nil && !shown(err):
			notice = "the other account cannot be used: " + err.Error()
			before, p = nil, before
		default:
			return err
		}
	}
}

// screenError is a failure of a screen that was there.
type screenError struct{ error }

func (e screenError) Unwrap() error { return e.error }

func shown(err error) bool { return errors.As(err, new(screenError)) }

// accounts are those that the screen can go on as: the profiles, and the accounts of the built-in
// server.
func (p *program) accounts() ([]tui.Account, error) {
	var all []tui.Account
	path, err := config.Path(p.getenv)
	if err == nil {
		file, err := config.Load(path)
		if err != nil {
			return nil, err
		}
		for _, name := range file.Names() {
			about := file.Profiles[name].JID
			if server := file.Profiles[name].Server; server != "" {
				about += " by " + server
			}
			all = append(all, tui.Account{Name: name, About: about})
		}
	}
	for _, user := range []string{"juliet", "romeo"} {
		all = append(all, tui.Account{Name: user + "@" + demo.Domain, About: "on the built-in server"})
	}
	return all, nil
}

// as is the program as if it had been called for another account. What belongs to the account of
// this one, its password most of all, does not go along.
func (p *program) as(account string) (*program, error) {
	args := []string{"--profile", account}
	if strings.HasSuffix(account, "@"+demo.Domain) && !p.hasProfile(account) {
		args = []string{"--demo", "--jid", account}
	}
	p.flags.set.Visit(func(f *pflag.Flag) {
		if !ways[f.Name] && f.Name != "record" {
			args = append(args, "--"+f.Name+"="+f.Value.String())
		}
	})
	environ := slices.DeleteFunc(slices.Clone(p.environ), func(e string) bool {
		return strings.HasPrefix(e, "IQSCOPE_JID=") || strings.HasPrefix(e, secret.Variable+"=")
	})
	q := &program{stdin: p.stdin, stdout: p.stdout, stderr: p.stderr, environ: environ, terminal: secret.Controlling{}}
	root := q.rootCommand()
	if err := root.ParseFlags(args); err != nil {
		return nil, err
	}
	return q, q.flags.check(root.Flags())
}

func (p *program) hasProfile(name string) bool {
	path, err := config.Path(p.getenv)
	if err != nil {
		return false
	}
	file, err := config.Load(path)
	return err == nil && slices.Contains(file.Names(), name)
}
