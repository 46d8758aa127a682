package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
)

// maxClockSkew is from when on a clock is called wrong: certificates and one-time passwords allow
// for less than some minutes.
const maxClockSkew = time.Minute

func (p *program) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Try the way to the account, and say what is found at each step",
		Long: "Doctor looks up the server, connects, logs in, asks for the server's time, and says in a\n" +
			"sentence what it finds: DNS, TLS, the stream's features, mechanisms, the clock.\n\n" +
			"Exit codes: 0 all is well, 1 something is strange, 2 wrong usage, 4 cannot connect or\n" +
			"log in, 130 interrupted.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.settle(); err != nil {
				return err
			}
			return p.doctor(cmd.Context())
		},
	}
}

// examination prints what is found, and remembers whether something is strange.
type examination struct {
	out     *output
	strange bool
	err     error
}

func (x *examination) find(format string, args ...any) { x.line("ok      ", format, args...) }
func (x *examination) doubt(format string, args ...any) {
	x.strange = true
	x.line("strange ", format, args...)
}

func (x *examination) line(mark, format string, args ...any) {
	if x.err == nil {
		x.err = x.out.line(mark + fmt.Sprintf(format, args...))
	}
}

func (p *program) doctor(ctx context.Context) (err error) {
	l, err := p.link(oneShot)
	if err != nil {
		return err
	}
	defer l.leave(&err)
	x := &examination{out: p.output(outputRaw)}
	domain := l.session.Status().JID.Domain()
	p.examineDNS(ctx, x, domain)
	failed := l.session.Connect(ctx)
	x.stream(l.session)
	if failed != nil {
		return errors.Join(p.written(x.err), connectError(ctx, failed))
	}
	x.clock(ctx, l.session, domain)
	switch {
	case x.err != nil:
		return p.written(x.err)
	case x.strange:
		return &exit{exitError, nil}
	}
	return nil
}

// examineDNS tells what DNS says of the domain (RFC 6120 §3.2.1, XEP-0368).
func (p *program) examineDNS(ctx context.Context, x *examination, domain string) {
	switch f := &p.flags; {
	case f.demo:
		x.find("DNS: not asked, for the built-in server is on this machine.")
		return
	case f.server != "" || f.websocket != "":
		x.find("DNS: not asked for SRV records, for the server is named.")
		return
	}
	found := 0
	for _, service := range []string{"xmpps-client", "xmpp-client"} {
		_, records, err := net.DefaultResolver.LookupSRV(ctx, service, "tcp", domain)
		var hosts []string
		for _, r := range records {
			hosts = append(hosts, fmt.Sprintf("%s:%d", strings.TrimSuffix(r.Target, "."), r.Port))
		}
		if err == nil && len(hosts) > 0 {
			found++
			x.find("DNS: _%s._tcp.%s is %s.", service, domain, strings.Join(hosts, ", "))
		}
	}
	if found == 0 {
		x.find("DNS: %s has no SRV records, so that the domain itself is tried.", domain)
	}
}

// stream tells what is known of the connection, as far as it came.
func (x *examination) stream(s *session.Session) {
	st := s.Status()
	if st.Addr != "" {
		x.find("Server: %s answers.", st.Addr)
	}
	switch {
	case st.TLS != "":
		x.find("TLS: the stream is secured by %s, and the certificate is trusted.", st.TLS)
	case st.State == session.Online:
		x.doubt("TLS: the stream is in the clear, and everybody on the way can read it.")
	}
	if features := lastFeatures(s.Journal()); features != nil {
		var names, mechanisms []string
		for _, f := range features.Elements() {
			names = append(names, f.Name.Local)
			if f.Name.Local == "mechanisms" {
				for _, m := range f.Elements() {
					mechanisms = append(mechanisms, m.Text())
				}
			}
		}
		x.find("Features: the server offers %s.", orNone(names))
		if st.State != session.Online && len(mechanisms) > 0 {
			x.find("Mechanisms: it offers %s.", strings.Join(mechanisms, ", "))
		}
	}
	if offered := offeredMechanisms(s.Journal()); st.State == session.Online && len(offered) > 0 {
		x.find("Mechanisms: it offers %s; used is %s.", strings.Join(offered, ", "), st.Mechanism)
	}
	if st.State == session.Online {
		x.find("Login: this is %s.", st.JID)
	}
}

func orNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// eachFeatures calls fn with the features that the server offered, in their order.
func eachFeatures(j *journal.Journal, fn func(*stanza.Node)) {
	for _, e := range j.Window(nil, 1, 1000) {
		if e.Dir == stanza.In && e.Stanza != nil && e.Stanza.Name().Local == "features" {
			if tree, err := e.Stanza.Tree(); err == nil {
				fn(tree)
			}
		}
	}
}

func lastFeatures(j *journal.Journal) (last *stanza.Node) {
	eachFeatures(j, func(n *stanza.Node) { last = n })
	return last
}

// offeredMechanisms are those of the last offer of any (RFC 6120 §6.4.1).
func offeredMechanisms(j *journal.Journal) (offered []string) {
	eachFeatures(j, func(n *stanza.Node) {
		if m := n.Child(stanza.NSSASL, "mechanisms"); m != nil {
			offered = nil
			for _, one := range m.Elements() {
				offered = append(offered, one.Text())
			}
		}
	})
	return offered
}

// clock compares our time with the server's (XEP-0202).
func (x *examination) clock(ctx context.Context, s *session.Session, domain string) {
	ask, err := iqbuilder.New(stanza.Get, iqbuilder.To(domain), iqbuilder.WithElement(iqbuilder.QueryElement("urn:xmpp:time", stanza.Get)))
	if err != nil {
		return
	}
	before := time.Now()
	reply, err := s.Send(ctx, ask)
	if err != nil {
		x.find("Clock: the server does not tell its time (%v).", err)
		return
	}
	tree, err := reply.Tree()
	if err != nil {
		return
	}
	told := ""
	if t := tree.Child("urn:xmpp:time", "time"); t != nil {
		if utc := t.Child("urn:xmpp:time", "utc"); utc != nil {
			told = utc.Text()
		}
	}
	theirs, err := time.Parse(time.RFC3339, told)
	if err != nil {
		x.doubt("Clock: the server tells its time as %q, which is none (XEP-0082).", told)
		return
	}
	x.skew(theirs.Sub(before.Add(time.Since(before) / 2)))
}

// skew says whether two clocks agree; it is how far ours is behind.
func (x *examination) skew(behind time.Duration) {
	if behind.Abs() > maxClockSkew {
		x.doubt("Clock: this machine's differs from the server's by %v; one of them is wrong.", behind.Abs().Round(time.Second))
		return
	}
	x.find("Clock: this machine and the server agree.")
}
