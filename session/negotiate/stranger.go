package negotiate

import (
	"errors"
	"io"
	"strings"
	"syscall"

	"iqscope/session/wire"
)

// greetings are how other protocols begin, and whose they are. A mail server's is a file
// transfer's, too, as far as its number goes.
var greetings = []struct{ begins, whose string }{
	{"HTTP/", "a web server"},
	{"<html", "a web server"},
	{"<HTML", "a web server"},
	{"<!DOCTYPE", "a web server"},
	{"SSH-", "a server for SSH"},
	{"220", "a server for mail (SMTP) or for files (FTP)"},
	{"* OK", "a server for mail (IMAP)"},
	{"+OK", "a server for mail (POP3)"},
}

// strangerWords says who answers, by what it begins with; "" for nobody that is known.
func strangerWords(begins string) string {
	for _, g := range greetings {
		if strings.HasPrefix(strings.TrimLeft(begins, " \t\r\n"), g.begins) {
			return "what answers there is " + g.whose
		}
	}
	return ""
}

// noXMPP says what answers in place of a stream.
func noXMPP(err error) error {
	words := "what answers there"
	var broken *wire.BrokenError
	if errors.As(err, &broken) {
		if known := strangerWords(broken.Element.XML()); known != "" {
			words = known + ", which"
		}
	}
	return &reason{words: words + " does not speak XMPP: " + err.Error(), advice: "Check that this is the port for XMPP clients.", err: err}
}

// strangerAdvice is what to try where nothing came at all that looked like XMPP; "" for the usual.
func strangerAdvice(err error, secured bool) string {
	var timeout *silence
	silent := errors.As(err, &timeout)
	var given *reason
	switch {
	case errors.As(err, &given) && given.advice != "":
		return ""
	case !silent && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, syscall.ECONNRESET):
		return ""
	case secured:
		return "Something there speaks TLS but not XMPP, such as a web server: check the port; XMPP's with TLS from the first byte is usually 5223."
	case silent:
		return "Something listens there but does not speak XMPP in the clear: check the port, or try --tls direct."
	}
	return "Check that this is the port for XMPP clients; if it wants TLS at once, try --tls direct."
}
