package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"iqscope/internal/config"
	"iqscope/internal/crash"
	"iqscope/session/demo"
	"iqscope/themes"
	"iqscope/tui"
)

// crashes is the folder of the reports of failures.
func (p *program) crashes() string {
	state, err := config.StateDir(p.getenv)
	if err != nil {
		return os.TempDir()
	}
	return filepath.Join(state, "crashes")
}

// screen shows the terminal UI for one account, on the built-in server when none is given. What it is
// to tell at the start may be empty, and so may the draft.
func (p *program) screen(ctx context.Context, draft, notice string) error {
	input, err := p.screenTerminal("send")
	if err != nil {
		return err
	}
	if err := p.settle(); err != nil {
		return err
	}
	if p.flags.timeout == 0 {
		return usage("%s 0, for ever, is for iqscope send; here, a request can be given more time while it waits", p.flags.called("timeout"))
	}
	if p.flags.verbose {
		return usage("--verbose is for commands without a screen, where the log shows the wire")
	}
	unasked := p.flags.jid == "" && !p.flags.demo // nobody chose the built-in server
	if p.flags.jid == "" {
		if p.flags.elsewhere() {
			return errNoAccount
		}
		p.flags.demo = true
	}
	keys, err := p.chosenKeys(tui.CheckKeys)
	if err != nil {
		return err
	}
	l, err := p.link(onScreen)
	if err != nil {
		return err
	}
	defer l.close()
	switch {
	case p.flags.demo, p.flags.anonymous:
	case p.flags.cert != "":
		// A password is only needed if the certificate is not enough, and then
		// it is too late to ask for it.
		p.terminal = nil
	default:
		// Asked now: later the screen is in the way of the prompt.
		if _, err := p.password(ctx, l.session.Status().JID); err != nil {
			return connectError(ctx, err)
		}
	}
	o, err := p.screenOptions(input, keys)
	if err != nil {
		return err
	}
	o.Session, o.Connect, o.Rules = l.session, l.session.Connect, l.book
	o.Bare, o.Unasked, o.Welcome = p.flags.bare, !p.flags.bare && !p.flags.noDiscovery, unasked
	o.Sends, o.Draft, o.Accounts = p.flags.again(), draft, p.accounts
	o.Record, o.Recording = l.record, l.asked
	if l.keeping != nil {
		o.History = l.keeping.history
	}
	if notice != "" {
		o.Notices = append(o.Notices, notice)
	}
	if !p.flags.demo && !p.flags.anonymous {
		p.later = new(laterPassword)
		o.Password = p.later.set
	}
	if l.keyLog != nil {
		o.Hint = "TLS keys go to " + l.keyLog.Name()
	}
	if p.flags.demo {
		o.Server = "built-in server"
		o.Hint = strings.TrimSuffix("accounts juliet and romeo, password "+demo.Password+"; "+o.Hint, "; ")
	}
	return p.show(ctx, o)
}

// screenTerminal is the terminal's input; the error names the command that needs no terminal.
func (p *program) screenTerminal(instead string) (*os.File, error) {
	input, ok := terminalOf(p.stdin)
	if !ok {
		return nil, refuse(errors.New("the terminal UI needs a terminal as its input; in scripts, use iqscope " + instead))
	}
	if _, ok := terminalOf(p.stdout); !ok {
		return nil, refuse(errors.New("the terminal UI needs a terminal as its output; in scripts, use iqscope " + instead))
	}
	return input, nil
}

// screenOptions are those of any screen: its looks, its keys, what it reads and where it writes.
func (p *program) screenOptions(input *os.File, keys map[string][]string) (tui.Options, error) {
	keyboard := &screenInput{File: input}
	dress, err := p.dress(func() themes.Background { return p.background(keyboard) })
	if err != nil {
		return tui.Options{}, err
	}
	return tui.Options{
		Theme:        dress.theme,
		Themes:       dress.all,
		OwnThemes:    p.ownThemes,
		KeepTheme:    p.rememberTheme,
		ThemeNamedBy: dress.named,
		Notices:      dress.notices,
		Keys:         keys,
		Kinds:        p.screenCatalogue,
		Input:        keyboard,
		Typed:        keyboard.typed,
		Output:       p.stdout,
		StrictFields: p.strictFields,
	}, nil
}

// show runs the screen. Should it fail, the terminal is given back, and a report written.
func (p *program) show(ctx context.Context, o tui.Options) error {
	info, _ := debug.ReadBuildInfo()
	if w, err := crash.Start(p.stdout.(*os.File), p.crashes(), versionLine(info)); err == nil {
		defer w.End()
		o.Watched = true
	} // else Bubble Tea does what it can
	if err := tui.Run(ctx, o); err != nil {
		if ctx.Err() != nil {
			return screenError{&exit{exitInterrupted, nil}}
		}
		var to *tui.Switch
		if errors.As(err, &to) {
			return to
		}
		return screenError{refuse(err)}
	}
	return nil
}
