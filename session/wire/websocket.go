package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/coder/websocket"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// NSFraming is the namespace of the <open/> and <close/> that WebSocket has in the
// place of the stream's tags (RFC 7395 §3.3.2).
const NSFraming = "urn:ietf:params:xml:ns:xmpp-framing"

var (
	openName  = stanza.Name{Space: NSFraming, Local: "open"}
	closeName = stanza.Name{Space: NSFraming, Local: "close"}
	// streamName is of the tag that WebSocket does without.
	streamName = stanza.Name{Space: stanza.NSStream, Local: "stream"}
)

// Rules of the framing by messages (RFC 7395 §3.2, §3.3.3 and §3.4).
const (
	RuleMessageType  stanza.Rule = "message-type"
	RuleMessageStart stanza.Rule = "message-start"
	RuleOneElement   stanza.Rule = "one-element-a-message"
	RuleOpen         stanza.Rule = "open"

	RuleMessageNamespace stanza.Rule = "namespace-of-a-message"
)

// NewWebSocket makes a connection of a WebSocket that agreed on the subprotocol
// "xmpp". The Conn owns it from now on, and the socket below it. state is that of
// the TLS between the two, nil for none.
//
// The stream's tags are <open/> and <close/>, as elements of kind Element. What is
// sent gets the declarations that a message needs to stand alone, and is told of with
// them.
func NewWebSocket(ws *websocket.Conn, raw net.Conn, state *tls.ConnectionState, cfg Config) *Conn {
	most := cfg.Limits.ElementBytes
	if most == 0 {
		most = maxMessage
	}
	ws.SetReadLimit(-1) // next has its own, which leaves the connection open for an answer
	c := newConn(raw, &messages{ws: ws, raw: raw, most: most, fresh: true}, cfg)
	c.tls.Store(state)
	return c
}

// messages is a stream whose elements are a WebSocket's messages (RFC 7395).
type messages struct {
	ws   *websocket.Conn
	raw  net.Conn
	most int64 // bytes of a message; < 0: any number

	coming chan message // the message that is being read; nil when none is
	fresh  bool         // <open/> is expected
	over   bool         // <close/> came
	peer   *stanza.StreamHeader
}

// message is what a read of the WebSocket gave.
type message struct {
	kind websocket.MessageType
	text []byte
	err  error
}

// next waits for the message in a goroutine of its own, which goes on when the
// context ends: the library closes the connection under a read that is given up.
func (m *messages) next(ctx context.Context) (*stanza.Stanza, error) {
	if m.over {
		return nil, io.EOF
	}
	if m.coming == nil {
		m.coming = make(chan message, 1)
		go m.receive(m.coming)
	}
	select {
	case got := <-m.coming:
		m.coming = nil
		if got.err != nil {
			return cutOff(got.text), webSocketLost(got.err)
		}
		el, err := m.parse(got)
		var fault *stanza.XMLError
		if errors.As(err, &fault) {
			return stanza.NewBroken(string(got.text), *fault, messageScope), err
		}
		return el, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ready never has one: what the socket holds, the library tells nobody.
func (m *messages) ready() (*stanza.Stanza, error) { return nil, xmlscan.ErrMore }

// receive reads one message, and no more of it than one byte above the limit.
func (m *messages) receive(to chan<- message) {
	kind, r, err := m.ws.Reader(context.Background())
	if err != nil {
		to <- message{err: err}
		return
	}
	if m.most >= 0 {
		r = io.LimitReader(r, m.most+1)
	}
	text, err := io.ReadAll(r)
	to <- message{kind, text, err}
}

// cutOff is what there is of a message that the connection ended in, nil for nothing.
func cutOff(text []byte) *stanza.Stanza {
	if len(text) == 0 {
		return nil
	}
	fault := stanza.XMLError{
		Rule: xmlscan.RuleUnexpectedEnd, Condition: xmlscan.NotWellFormed,
		Offset: int64(len(text)), Detail: "it ends in the middle of this message",
	}
	return stanza.NewBroken(string(text), fault, messageScope)
}

// parse reads a message in the scope that it has: none but its own.
func (m *messages) parse(got message) (*stanza.Stanza, error) {
	switch {
	case got.kind != websocket.MessageText:
		return nil, refused(RuleMessageType, stanza.BadFormat, 0, "a message is not of the type text")
	case m.most >= 0 && int64(len(got.text)) > m.most:
		return nil, refused(xmlscan.RuleSizeLimit, xmlscan.PolicyViolation, m.most,
			fmt.Sprintf("the message is longer than the limit of %d bytes", m.most))
	case len(got.text) == 0 || got.text[0] != '<':
		return nil, refused(RuleMessageStart, stanza.BadFormat, 0, "a message does not begin with <")
	}
	el, err := stanza.Parse(string(got.text), messageScope)
	var notOne *stanza.ParseError
	var fault *stanza.XMLError
	switch {
	case errors.As(err, &notOne):
		return nil, refused(RuleOneElement, stanza.BadFormat, int64(notOne.Pos), notOne.Detail)
	case errors.As(err, &fault) && fault.Rule == xmlscan.RuleUnboundPrefix:
		return nil, refused(fault.Rule, fault.Condition, fault.Offset, fault.Detail+alone)
	case err != nil:
		return nil, err
	}
	return el, m.follow(el)
}

// alone is why a name that would do in a document does not in a message.
const alone = ": each message stands alone and declares it itself (RFC 7395 §3.3.3)"

// follow keeps track of whether the stream is open.
func (m *messages) follow(el *stanza.Stanza) error {
	switch name := el.Name(); {
	case name == closeName:
		m.over = true
	case name.Space == "":
		return refused(RuleMessageNamespace, stanza.InvalidNamespace, 0, undeclared(name.Local))
	case name == streamName:
		return refused(RuleOpen, stanza.BadFormat, 0, "over WebSocket a stream begins with <open/>, not with <stream:stream> (RFC 7395 §3.3)")
	case m.fresh && name != openName:
		return refused(RuleOpen, stanza.BadFormat, 0, fmt.Sprintf("a stream begins with <open/>, not with %.60q", name.Local))
	case !m.fresh && name == openName:
		return refused(RuleOpen, stanza.BadFormat, 0, "an <open/> came in the middle of a stream")
	case m.fresh:
		tree, err := el.Tree()
		if err != nil {
			return err
		}
		version, _ := tree.Attr("version")
		m.fresh = false
		m.peer = &stanza.StreamHeader{
			ID: el.ID(), From: el.From(), To: el.To(), Version: version, Lang: el.Lang(), Content: stanza.NSClient,
		}
	}
	return nil
}

// messageScope is that of a message: nothing is inherited, stanzas are a client's.
var messageScope = stanza.Scope{Content: stanza.NSClient}

// undeclared says what an element without a namespace lacks.
func undeclared(local string) string {
	switch local {
	case "iq", "message", "presence":
		return fmt.Sprintf("%q has no namespace: over WebSocket each stanza must carry xmlns='%s' (RFC 7395 §3.3.3)", local, stanza.NSClient)
	}
	return fmt.Sprintf("%.60q has no namespace", local) + alone
}

func refused(rule stanza.Rule, condition stanza.StreamCondition, at int64, detail string) error {
	return &stanza.XMLError{Rule: rule, Condition: condition, Offset: at, Detail: detail}
}

// webSocketLost says in words why no message came.
func webSocketLost(err error) error {
	var said websocket.CloseError
	switch {
	case errors.As(err, &said) && said.Reason != "":
		return &lost{fmt.Sprintf("the other side closed the WebSocket without <close/> (status %d, %q)", said.Code, said.Reason), err}
	case errors.As(err, &said):
		return &lost{fmt.Sprintf("the other side closed the WebSocket without <close/> (status %d)", said.Code), err}
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return errClosedHere
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &lost{"the other side closed the connection without <close/>", err}
	}
	return &lost{"the connection was lost: " + SocketWords(err), err}
}

func (m *messages) meaning(el *stanza.Stanza) meaning {
	switch el.Name() {
	case openName:
		return opening
	case closeName:
		return closing
	}
	return content
}

func (m *messages) header() *stanza.StreamHeader { return m.peer }

func (m *messages) restart() { m.fresh = true }

// open has the scope of a client's stream: people write stanzas as they always do,
// and write adds what a message lacks.
func (m *messages) open(h Header) (*stanza.Stanza, stanza.Scope, error) {
	scope := stanza.ClientScope()
	scope.Lang = h.Lang
	el, err := stanza.Parse("<open"+attributes("xmlns", NSFraming, "id", h.ID, "from", h.From, "to", h.To,
		"version", "1.0", "xml:lang", h.Lang)+"/>", messageScope)
	return el, scope, err
}

func (m *messages) end() (*stanza.Stanza, error) {
	return stanza.Parse("<close"+attributes("xmlns", NSFraming)+"/>", messageScope)
}

func (m *messages) write(ctx context.Context, elements []*stanza.Stanza, leaving func(int, []*stanza.Stanza)) (int, error) {
	n := 0
	for i, el := range elements {
		alone, err := standAlone(el)
		if err != nil {
			return n, err
		}
		leaving(i, []*stanza.Stanza{alone})
		n += len(el.XML())
		if err := m.ws.Write(ctx, websocket.MessageText, []byte(alone.XML())); err != nil {
			return n, err
		}
	}
	return n, nil
}

// standAlone declares on the element itself what its names inherit; the element
// itself comes back when that is nothing.
func standAlone(el *stanza.Stanza) (*stanza.Stanza, error) {
	if el.Kind() == stanza.Broken {
		return el, nil // it goes as it stands
	}
	tree, err := el.Tree()
	if err != nil {
		return nil, err
	}
	text := el.Cut(tree, stanza.Scope{})
	if len(text) == len(el.XML()) {
		return el, nil
	}
	return stanza.Parse(text, messageScope)
}

func (m *messages) disarm() {}

// finish says goodbye to the WebSocket, too (RFC 7395 §3.6). Whatever the other
// side answers, the socket is closed.
func (m *messages) finish() error {
	m.ws.Close(websocket.StatusNormalClosure, "")
	m.raw.Close()
	return nil
}
