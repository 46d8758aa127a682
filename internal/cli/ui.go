package cli

import (
	"context"
	"errors"

	"github.com/charmbracelet/lipgloss"

	"iqscope/session/demo"
	"iqscope/themes"
	"iqscope/tui"
)

// ui opens the terminal UI, on the built-in server when no account is given.
func (p *program) ui(ctx context.Context) error {
	if _, ok := terminalOf(p.stdin); !ok {
		return refuse(errors.New("the terminal UI needs a terminal as its input; in scripts, use iqscope send"))
	}
	if _, ok := terminalOf(p.stdout); !ok {
		return refuse(errors.New("the terminal UI needs a terminal as its output; in scripts, use iqscope send"))
	}
	if p.flags.timeout == 0 {
		return usage("--timeout 0, for ever, is for iqscope send; here, a request can be given more time while it waits")
	}
	builtin := p.flags.demo || p.account() == ""
	l, err := p.link(builtin)
	if err != nil {
		return err
	}
	defer l.close()
	if !builtin {
		// Asked now: later the screen is in the way of the prompt.
		if _, err := p.password(ctx, l.session.Status().JID); err != nil {
			return connectError(ctx, err)
		}
	}
	o := tui.Options{
		Session: l.session,
		Connect: l.session.Connect,
		Theme:   themes.Pick(p.getenv, lipgloss.HasDarkBackground, nil),
		Bare:    p.flags.bare,
		Input:   p.stdin,
		Output:  p.stdout,
	}
	if builtin {
		o.Server = "built-in server"
		o.Hint = "accounts juliet and romeo, password " + demo.Password
	}
	if err := tui.Run(ctx, o); err != nil {
		if ctx.Err() != nil {
			return &exit{exitInterrupted, nil}
		}
		return refuse(err)
	}
	return nil
}
