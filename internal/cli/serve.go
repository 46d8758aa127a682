package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/demo"
	"iqscope/session/wire"
)

// serveOptions are serve's own flags.
type serveOptions struct {
	listen, listenTLS, caOut string
	allowRemote, log         bool
}

func (p *program) serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:         "serve",
		Annotations: map[string]string{offline: ""},
		Short:       "Run the built-in server for other clients",
		Long: "Serve runs the built-in server in the foreground, until it is interrupted.\n\n" +
			"Its domain is " + demo.Domain + ", its accounts are juliet and romeo, their password is known to\n" +
			"everyone: so it listens on this machine only, unless --allow-remote is given. It keeps\n" +
			"nothing. Other programs can trust it by the file that --ca-out writes.",
		Example: "  iqscope serve --ca-out demo.pem\n  iqscope -j juliet@" + demo.Domain + " --server 127.0.0.1:5222 --ca demo.pem",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := refuseConnectionFlags(cmd); err != nil {
				return err
			}
			return p.serve(cmd.Context(), o)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVar(&o.listen, "listen", "127.0.0.1:5222", "`host:port` to listen on; port 0 is a free one")
	set.StringVar(&o.listenTLS, "listen-tls", "", "another `host:port`, where TLS begins at once (XEP-0368)")
	set.StringVar(&o.caOut, "ca-out", "", "`file` to write the server's authority to, as PEM")
	set.BoolVar(&o.allowRemote, "allow-remote", false, "listen where other machines can reach it, although the password is public")
	set.BoolVar(&o.log, "log", false, "print each element, in and out, with the client's address; secrets are left out")
	return cmd
}

// refuseConnectionFlags refuses the flags that say where to connect: the command
// does not.
func refuseConnectionFlags(cmd *cobra.Command, but ...string) error {
	var err error
	cmd.InheritedFlags().VisitAll(func(f *pflag.Flag) {
		if f.Changed && err == nil && !isOutput(f.Name) && !slices.Contains(but, f.Name) {
			err = usage("%s connects to nothing; --%s does not go with it", cmd.Name(), f.Name)
		}
	})
	return err
}

func (p *program) serve(ctx context.Context, o serveOptions) error {
	cfg := demo.Config{Listen: o.listen, ListenDirectTLS: o.listenTLS, AllowRemote: o.allowRemote}
	var log *serveLog
	if o.log {
		log = newServeLog()
		cfg.Tap = log.add
	}
	server, err := demo.Start(ctx, cfg)
	if errors.Is(err, demo.ErrNotLoopback) {
		return refuse(fmt.Errorf("%w; --allow-remote permits it all the same", err))
	}
	if err != nil {
		return refuse(err)
	}
	defer server.Close()
	if o.caOut != "" {
		// Everyone may read a certificate.
		if err := os.WriteFile(o.caOut, server.CAPEM(), 0o644); err != nil {
			return refuse(fmt.Errorf("cannot write the authority: %w", err))
		}
	}
	if o.allowRemote {
		p.warn([]string{"other machines may reach this server, and everyone knows the password of its accounts"})
	}
	out := p.output(outputRaw)
	for _, line := range greeting(server, o.caOut) {
		if err := out.line(line); err != nil {
			return p.written(err)
		}
	}
	if log == nil {
		<-ctx.Done()
	} else if err := log.print(ctx, out); err != nil {
		return p.written(err)
	}
	if err := server.Close(); err != nil {
		return refuse(err)
	}
	return &exit{exitInterrupted, nil}
}

// greeting tells all that one needs to log in.
func greeting(s *demo.Server, ca string) []string {
	var accounts []string
	for _, account := range demo.Accounts() {
		accounts = append(accounts, account+"@"+demo.Domain)
	}
	lines := []string{"listening on " + s.Addr() + ", with STARTTLS, for " + demo.Domain}
	if direct := s.DirectTLSAddr(); direct != "" {
		lines = append(lines, "listening on "+direct+", with direct TLS")
	}
	lines = append(lines, "accounts "+strings.Join(accounts, " and ")+", password "+demo.Password)
	if ca == "" {
		return append(lines, "its certificate is trusted by nobody: --ca-out FILE writes the authority for other programs")
	}
	return append(lines, "its authority is in "+ca)
}

// maxServeLog is how many elements may wait for a terminal that does not keep
// up; what comes on top is counted instead. A guess that has some minutes of
// typing by hand in it.
const maxServeLog = 4096

// serveLog takes elements from the server's goroutines, which never wait for it,
// and prints them in one.
type serveLog struct {
	lines   chan string
	skipped atomic.Int64
}

func newServeLog() *serveLog { return &serveLog{lines: make(chan string, maxServeLog)} }

func (l *serveLog) add(client string, e wire.Event) {
	arrow := "→" // as the client sees it
	if e.Dir == stanza.Out {
		arrow = "←"
	}
	// One line each, whatever an element holds.
	xml := strings.NewReplacer("\n", "␊", "\r", "␍").Replace(e.Shown.XML())
	if fault := e.Shown.Fault(); fault != nil {
		xml += " broken: " + fault.Error()
	}
	select {
	case l.lines <- e.Time.Format("15:04:05.000") + " " + client + " " + arrow + " " + xml:
	default:
		l.skipped.Add(1)
	}
}

// print prints until the context ends.
func (l *serveLog) print(ctx context.Context, out *output) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case line := <-l.lines:
			if n := l.skipped.Swap(0); n > 0 {
				line = fmt.Sprintf("(%d elements not shown: they came too quickly)\n%s", n, line)
			}
			if err := out.line(line); err != nil {
				return err
			}
		}
	}
}
