package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strconv"
	"sync"
	"time"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/ack"
	"iqscope/session/wire"
)

// ackRequest asks the client how many stanzas it has handled.
var ackRequest = mustParse(ack.RequestXML)

// mustParse makes an element of a constant.
func mustParse(xml string) *stanza.Stanza {
	el, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		panic(err)
	}
	return el
}

func isManagement(el *stanza.Stanza, local string) bool {
	return el.Name() == stanza.Name{Space: ack.Namespace, Local: local}
}

// manage handles an element of stream management on a bound stream. An error is
// the stream's end.
func (c *client) manage(el *stanza.Stanza) error {
	root, err := el.Tree()
	if err != nil {
		return err
	}
	switch {
	case isManagement(el, "enable") && !c.managed:
		c.enable(root)
	case isManagement(el, "enable"), isManagement(el, "resume"):
		c.send(managementFailed("unexpected-request", ""))
	case isManagement(el, "r") && c.managed:
		c.send(ack.AnswerXML(c.out.received()))
	case isManagement(el, "a") && c.managed:
		return c.acknowledged(el)
	default:
		return refuse("unsupported-stanza-type", "stream management is not enabled, or has no such element")
	}
	return nil
}

// enable begins to count (XEP-0198 §3).
func (c *client) enable(root *stanza.Node) {
	c.managed = true
	enabled := "<enabled xmlns='" + ack.Namespace + "'"
	if wish, _ := root.Attr("resume"); wish == "true" || wish == "1" {
		id := c.server.resumable.add(c)
		enabled += " resume='true' id='" + id + "' max='" + strconv.Itoa(int(resumeTime/time.Second)) + "'"
	}
	c.send(enabled + "/>")
}

// acknowledged takes the client's count (XEP-0198 §4).
func (c *client) acknowledged(el *stanza.Stanza) error {
	h, err := ack.ReadCount(el)
	if err == nil {
		err = c.out.acknowledge(h)
	}
	return refuseCount(err)
}

// refuseCount ends the stream for the ledger's error, if there is one.
func refuseCount(err error) error {
	var high *ack.TooHighError
	var none *ack.NoCountError
	switch {
	case errors.As(err, &none):
		return refuse("bad-format", err.Error())
	case !errors.As(err, &high):
		return err
	}
	return &refusal{
		condition:   "undefined-condition",
		text:        "you acknowledge more stanzas than you were sent",
		application: high.XML(),
	}
}

func number(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

func managementFailed(condition, attributes string) string {
	return "<failed xmlns='" + ack.Namespace + "'" + attributes + "><" + condition + " xmlns='" + stanza.NSStanzas + "'/></failed>"
}

// mayReturn says whether the client may come back after its connection ended
// with the error: when that broke, not when it was closed.
func (c *client) mayReturn(err error) bool {
	var refused *refusal
	var said *wire.StreamError
	var broken *xmlscan.Error
	closed := err == io.EOF // a lost connection may wrap one
	if closed || errors.As(err, &refused) || errors.As(err, &said) || errors.As(err, &broken) || c.server.ctx.Err() != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.lost && c.resumeID != ""
}

// detach lets the client wait for another connection.
func (c *client) detach() {
	c.mu.Lock()
	lost := c.lost
	c.wire = nil
	c.expiry = time.AfterFunc(resumeTime, func() {
		c.mu.Lock()
		expired := c.wire == nil
		c.lost = c.lost || expired
		c.mu.Unlock()
		if expired {
			c.depart()
		}
	})
	c.mu.Unlock()
	if lost { // it was dropped meanwhile
		c.drop()
	}
}

// resume gives the client of an earlier connection a new one (XEP-0198 §5).
// Without an error and without a client the wish was refused, and the stream may
// go on to bind a resource.
func (s *Server) resume(ctx context.Context, w *wire.Conn, account string, el *stanza.Stanza) (*client, error) {
	root, err := el.Tree()
	if err != nil {
		return nil, err
	}
	h, err := ack.ReadCount(el)
	if err != nil {
		return nil, refuseCount(err)
	}
	id, _ := root.Attr("previd")
	c, handled := s.resumable.find(id, account)
	if c == nil {
		return nil, write(ctx, w, managementFailed("item-not-found", handled))
	}
	c.disconnect(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wire != nil || c.lost {
		return nil, write(ctx, w, managementFailed("item-not-found", ""))
	}
	resumed, err := w.Element("<resumed xmlns='" + ack.Namespace + "' previd='" + id + "' h='" + number(c.out.received()) + "'/>")
	if err != nil {
		return nil, err
	}
	if err := c.out.rewind(h, resumed); err != nil {
		return nil, refuseCount(err)
	}
	c.expiry.Stop()
	c.wire, c.over = w, make(chan struct{})
	return c, nil
}

// disconnect ends the connection that the client may still have, and waits for that.
func (c *client) disconnect(ctx context.Context) {
	c.mu.Lock()
	w, over := c.wire, c.over
	c.mu.Unlock()
	if w == nil {
		return
	}
	w.CloseNow()
	select {
	case <-over:
	case <-ctx.Done():
	}
}

// resumables knows the clients that can be resumed, and for a while how far
// those had come that no longer can. It is safe for concurrent use.
type resumables struct {
	mu     sync.Mutex
	byID   map[string]*client
	ended  map[string]endedClient
	oldest []string // ids of ended, in order
}

type endedClient struct {
	account string
	handled uint32
}

func newResumables() resumables {
	return resumables{byID: make(map[string]*client), ended: make(map[string]endedClient)}
}

func (r *resumables) add(c *client) string {
	id := rand.Text()
	c.mu.Lock()
	c.resumeID = id
	c.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byID[id] = c
	return id
}

// find returns the account's client of that id; without one, what <failed/> says
// of it.
func (r *resumables) find(id, account string) (*client, string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.byID[id]; c != nil && c.jid.Local() == account {
		return c, ""
	}
	if was, known := r.ended[id]; known && was.account == account {
		return nil, attribute("h", number(was.handled))
	}
	return nil, ""
}

func (r *resumables) forget(c *client) {
	c.mu.Lock()
	id := c.resumeID
	c.mu.Unlock()
	if id == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byID, id)
	r.ended[id] = endedClient{c.jid.Local(), c.out.received()}
	if r.oldest = append(r.oldest, id); len(r.oldest) > maxEnded {
		delete(r.ended, r.oldest[0])
		r.oldest = r.oldest[1:]
	}
}

// close ends everyone who still waits for a connection.
func (r *resumables) close() {
	r.mu.Lock()
	var waiting []*client
	for _, c := range r.byID {
		waiting = append(waiting, c)
	}
	r.mu.Unlock()
	for _, c := range waiting {
		c.drop()
	}
}
