package cli

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/spf13/cobra"

	"iqscope/internal/secret"
	"iqscope/iqbuilder/stanza"
)

// password looks where the flags and the environment say, once.
func (p *program) password(ctx context.Context, jid stanza.JID) (secret.Password, error) {
	if later := p.later.password(); later != nil {
		return *later, nil
	}
	if !p.known.Empty() {
		return p.known, nil
	}
	var err error
	p.known, err = p.source().Password(ctx, jid.Bare().String())
	return p.known, err
}

// laterPassword is one that was typed on the screen, after the server had refused the one before.
// It is safe for concurrent use: a connection may be in the making meanwhile.
type laterPassword struct {
	last atomic.Pointer[secret.Password]
}

// password is the last one that was typed; nil for none.
func (t *laterPassword) password() *secret.Password {
	if t == nil {
		return nil
	}
	return t.last.Load()
}

func (t *laterPassword) set(text string) {
	password := secret.New(text)
	t.last.Store(&password)
}

func (p *program) source() secret.Source {
	s := secret.Source{
		Command: p.flags.passwordCommand,
		File:    p.flags.passwordFile,
		Keyring: p.flags.keyring,
		Environ: p.environ,
		Prompt:  p.terminal,
		Stderr:  p.stderr,
		Warn:    func(text string) { p.warn([]string{text}) },
	}
	if p.flags.component && p.flags.secretFile != "" {
		s.File = p.flags.secretFile
	}
	return s
}

// passwordCommand keeps passwords in the system's keyring, for --keyring.
func (p *program) passwordCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "password",
		Short: "Keep passwords in the system's keyring, for --keyring",
		Args:  knownCommands,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	one := func(use, short string, do func(ctx context.Context, account string) error) {
		cmd.AddCommand(&cobra.Command{
			Use: use + " JID", Short: short,
			Args: cobra.ExactArgs(1), ValidArgsFunction: cobra.NoFileCompletions,
			RunE: func(cmd *cobra.Command, args []string) error {
				jid, err := stanza.ParseJID(args[0])
				if err != nil {
					return usage("the account %w", err)
				}
				err = do(cmd.Context(), jid.Bare().String())
				switch {
				case err == nil:
					return nil
				case cmd.Context().Err() != nil, errors.Is(err, secret.ErrInterrupted):
					return &exit{exitInterrupted, errors.New("interrupted")}
				}
				return refuse(err)
			},
		})
	}
	one("set", "Store an account's password: from --password-file, --password-command, IQSCOPE_PASSWORD or a prompt",
		func(ctx context.Context, account string) error {
			s := p.source()
			s.Keyring = false
			password, err := s.Password(ctx, account)
			if err != nil {
				return err
			}
			return secret.SetKeyring(ctx, account, password)
		})
	one("delete", "Forget an account's password", secret.DeleteKeyring)
	return cmd
}
