package negotiate_test

import (
	"crypto/tls"
	"strings"
	"testing"
	"testing/synctest"

	"iqscope/session/negotiate"
)

// Whoever answers at the wrong port is called by its name, and no advice leads there again.
func TestAServerForSomethingElseIsNamed(t *testing.T) {
	a := newAuthority(t)
	certified := a.issue(t, nil)
	web := a.issue(t, nil)
	web.NextProtos = []string{"h2", "http/1.1"}
	in := func(cfg *tls.Config, answer string) func(*peer) {
		return func(p *peer) {
			p.secure(cfg)
			p.expect("version='1.0'>")
			p.say(answer)
			p.expect("for ever")
		}
	}
	first := func(banner string) func(*peer) {
		return func(p *peer) { p.say(banner); p.expect("for ever") }
	}
	asked := func(answer string) func(*peer) {
		return func(p *peer) { p.expect("'1.0'>"); p.say(answer); p.expect("for ever") }
	}
	const page = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
	for _, c := range []struct {
		name   string
		mode   negotiate.TLSMode
		script func(*peer)
		step   negotiate.Step
		words  []string
	}{
		{"HTTPS", negotiate.TLSDirect, in(certified, page), negotiate.StepStream, []string{"what answers there is a web server, which does not speak XMPP: ", "the port for XMPP clients"}},
		{"HTTPS of old", negotiate.TLSDirect, in(certified, "<html><head>"), negotiate.StepStream, []string{"what answers there is a web server, which does not speak XMPP"}},
		{"HTTPS that says nothing", negotiate.TLSDirect, in(certified, ""), negotiate.StepStream, []string{"no answer within 20s", "speaks TLS but not XMPP, such as a web server"}},
		{"HTTPS that knows its protocols", negotiate.TLSDirect, in(web, ""), negotiate.StepTLS, []string{"speaks TLS, but has no XMPP for clients in it", "It may be a web server"}},
		{"HTTP, asked for TLS", negotiate.TLSDirect, first(page), negotiate.StepTLS, []string{"what answers there is a web server, without TLS"}},
		{"SMTP, asked for TLS", negotiate.TLSDirect, first("220 mail.example.com ESMTP\r\n"), negotiate.StepTLS, []string{"a server for mail (SMTP) or for files (FTP), without TLS"}},
		{"HTTP", negotiate.TLSStart, asked(page), negotiate.StepStream, []string{"what answers there is a web server, which does not speak XMPP"}},
		{"SMTP", negotiate.TLSStart, asked("220 mail.example.com ESMTP\r\n"), negotiate.StepStream, []string{"a server for mail (SMTP)"}},
		{"SSH", negotiate.TLSStart, asked("SSH-2.0-OpenSSH_9.2\r\n"), negotiate.StepStream, []string{"what answers there is a server for SSH, which"}},
		{"IMAP", negotiate.TLSStart, asked("* OK ready\r\n"), negotiate.StepStream, []string{"a server for mail (IMAP)"}},
		{"POP3", negotiate.TLSStart, asked("+OK ready\r\n"), negotiate.StepStream, []string{"a server for mail (POP3)"}},
		{"nobody knows what", negotiate.TLSStart, asked("hello\r\n"), negotiate.StepStream, []string{"what answers there does not speak XMPP: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg, _ := play(t, c.script)
				cfg.TLS, cfg.RootCAs = c.mode, a.roots
				refusePassword(t, &cfg)
				failure := mustFail(t, cfg)
				wants(t, failure, c.step, false, c.words...)
				if strings.Contains(failure.Error(), "try --tls") {
					t.Errorf("it advises what cannot help: %v", failure)
				}
			})
		})
	}
}
