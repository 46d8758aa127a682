package e2e

import (
	"bytes"
	"cmp"
	"fmt"
	"net"
	"regexp"
	"testing"
)

// A script is a server that says what the test wants it to say, byte for byte, at every step of a
// login and after it.
type script struct {
	// mechanisms, features and resource are what it says on the way: more mechanisms beside the one
	// that is used, more elements of <stream:features/>, and the
	// resource that it binds, which may be empty for an ordinary one. They are XML.
	mechanisms, features, resource string
	// follows speaks from then on; it reads what the program says from the connection.
	follows func(*speaker)
}

// A speaker is the server's end of a connection.
type speaker struct {
	net.Conn
	heard []byte
}

// scriptedHost is its domain. Nobody in particular logs in there.
const scriptedHost = "scripted.example"

// serve plays the script to each connection, and returns the arguments with which the program comes
// to it.
func (s script) serve(tb testing.TB) []string {
	tb.Helper()
	address := listens(tb, func(conn net.Conn) { s.play(&speaker{Conn: conn}) })
	return []string{"-j", scriptedHost, "--anonymous", "--server", address, "--tls", "off", "--bare"}
}

var bindID = regexp.MustCompile(`<iq [^>]*id=["']([^"']*)["']`)

func (s script) play(to *speaker) {
	header := func(features string) {
		fmt.Fprintf(to, "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s' from='%s' version='1.0'><stream:features>%s</stream:features>", scriptedHost, features)
	}
	if to.hears("version=") == nil {
		return
	}
	header("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism>" + s.mechanisms + "</mechanisms>" + s.features)
	if to.hears("<auth") == nil {
		return
	}
	fmt.Fprint(to, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
	if to.hears("version=") == nil {
		return
	}
	header("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>" + s.features)
	bind := to.hears("</iq>")
	if bind == nil {
		return
	}
	fmt.Fprintf(to, "<iq type='result' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>nobody@%s/%s</jid></bind></iq>", bindID.FindSubmatch(bind)[1], scriptedHost, cmp.Or(s.resource, "home"))
	if s.follows != nil {
		s.follows(to)
	}
	for to.reads() {
	}
}

// hears waits for a text and for the end of the tag that it stands in, and returns what came up to
// there; nil when nothing more comes.
func (to *speaker) hears(text string) []byte {
	for {
		if at := bytes.Index(to.heard, []byte(text)); at >= 0 {
			if end := bytes.IndexByte(to.heard[at+len(text)-1:], '>'); end >= 0 {
				end += at + len(text)
				heard := bytes.Clone(to.heard[:end])
				to.heard = to.heard[end:]
				return heard
			}
		}
		if !to.reads() {
			return nil
		}
	}
}

func (to *speaker) reads() bool {
	part := make([]byte, 1<<16)
	n, err := to.Read(part)
	to.heard = append(to.heard, part[:n]...)
	return err == nil
}
