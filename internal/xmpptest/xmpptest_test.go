package xmpptest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ping = "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"

// verdict is a test that may fail.
type verdict struct{ words string }

func (v *verdict) Helper() {}
func (v *verdict) Fatalf(format string, args ...any) {
	v.Errorf(format, args...)
	runtime.Goexit()
}
func (v *verdict) Errorf(format string, args ...any) { v.words += fmt.Sprintf(format, args...) }

// failure runs a test and returns what it failed with, "" for nothing.
func failure(test func(T)) string {
	var v verdict
	done := make(chan bool)
	go func() {
		defer close(done)
		test(&v)
	}()
	<-done
	return v.words
}

func TestWhatIsWrongWithATestsOwnTextIsSaid(t *testing.T) {
	for want, test := range map[string]func(T){
		"in <iq>":       func(t T) { Stanza(t, "<iq>") },
		"address \"@\"": func(t T) { JID(t, "@") },
		"an IQ":         func(t T) { Set(t) },
		"":              func(t T) { Stanza(t, ping); JID(t, ""); Get(t); Result(t, Stanza(t, ping)) },
	} {
		if got := failure(test); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("it fails with %q, want %q in it", got, want)
		}
	}
	to := iqbuilder.To("romeo@example.net")
	if got := Get(t, to, iqbuilder.WithElement(stanza.Name{Space: "u", Local: "q"})); got.To() != "romeo@example.net" || got.Payload().Space != "u" {
		t.Errorf("a get is %s", got.XML())
	}
	if got := Set(t, iqbuilder.WithQuery("u")); got.Type() != stanza.Set {
		t.Errorf("a set is %s", got.XML())
	}
	if got := StanzaIn(t, stanza.ComponentScope(), ping).Scope(); got.Default != stanza.NSComponent {
		t.Errorf("the scope is %+v", got)
	}
}

// connect opens a stream to what plays the server.
func connect(t *testing.T, serve func(T, net.Conn, string) *Peer, r T) (*wire.Conn, *Peer) {
	t.Helper()
	near, far := net.Pipe()
	c, p := wire.New(near, wire.Config{}), serve(r, far, "example.com")
	t.Cleanup(func() {
		c.CloseNow()
		p.Conn.CloseNow()
	})
	if err := c.Open(wire.Header{To: "example.com"}); err != nil {
		t.Fatal(err)
	}
	if el, err := c.Next(t.Context()); err != nil || el.From() != "example.com" {
		t.Fatalf("the peer begins with %v, %v", el, err)
	}
	return c, p
}

func TestAPeerThatListens(t *testing.T) {
	for name, row := range map[string]struct {
		sent []string
		does func(*Peer)
		want string
	}{
		"hears in order":               {[]string{ping, "<message/>"}, func(p *Peer) { p.Hears(); p.t.Errorf("%s", p.Hears().XML()) }, "<message/>"},
		"hears nothing":                {nil, func(p *Peer) { p.HearsNothing() }, ""},
		"hears what was not to come":   {[]string{ping}, func(p *Peer) { p.HearsNothing() }, "sent " + ping},
		"waits in vain":                {nil, func(p *Peer) { p.Hears() }, "sent nothing"},
		"says what is no element":      {nil, func(p *Peer) { p.Says("<a>") }, "XML is wrong"},
		"hears nothing behind the end": {[]string{"<a xmlns='u'/>"}, func(p *Peer) { p.Hears(); p.Conn.CloseNow(); p.HearsNothing(); p.Hears() }, "ended the stream"},
		"says something to nobody":     {nil, func(p *Peer) { p.Conn.CloseNow(); p.Says(ping) }, "took no more"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := failure(func(r T) {
					c, p := connect(t, Serve, r)
					for _, xml := range row.sent {
						if _, err := c.Send(t.Context(), Stanza(t, xml)); err != nil {
							t.Error(err)
						}
					}
					row.does(p)
				})
				if row.want == "" && got != "" || !strings.Contains(got, row.want) {
					t.Errorf("it fails with %q, want %q in it", got, row.want)
				}
			})
		})
	}
}

func TestWhatAPeerThatListensSaidIsTakenIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p := connect(t, Serve, t)
		taken := 0
		go func() {
			for {
				if _, err := c.Next(context.Background()); err != nil {
					return
				}
				for range 1000 {
					runtime.Gosched()
				}
				taken++
			}
		}()
		for want := 1; want <= 3; want++ {
			if p.Says(ping); taken != want {
				t.Errorf("%d of %d are taken in", taken, want)
			}
		}
	})
}

func TestThePeerTellsHowTheStreamEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p := connect(t, Serve, t)
		time.AfterFunc(time.Second, func() {
			c.Send(t.Context(), Stanza(t, ping), Stanza(t, "<error xmlns='"+stanza.NSStream+"'><conflict xmlns='"+stanza.NSStreams+"'/></error>"))
		})
		var end *wire.StreamError
		if err := p.End(); !errors.As(err, &end) || end.Condition != "conflict" {
			t.Errorf("it ended with %v", err)
		}
	})
}

// others plays the other side for a peer that does not listen: it sends each element, and answers
// what it is asked.
func others(t *testing.T, before ...string) func(T) *Peer {
	return func(r T) *Peer {
		near, far := net.Pipe()
		served := Serve(&verdict{}, far, "example.com") // what the test no longer reads is not its fault
		c := wire.New(near, wire.Config{})
		t.Cleanup(func() {
			c.CloseNow()
			served.Conn.CloseNow()
		})
		c.Open(wire.Header{To: "example.com"})
		c.Next(t.Context())
		go func() {
			for asked := range served.Heard {
				for _, xml := range before {
					served.Sends(xml)
				}
				served.Sends(Result(t, asked).XML())
			}
		}()
		return On(r, c)
	}
}

func TestAPeerThatReadsWhenItIsAsked(t *testing.T) {
	for name, row := range map[string]struct {
		before []string
		does   func(*Peer)
		want   string
	}{
		"asks":                       {nil, func(p *Peer) { p.t.Errorf("%s", p.Asks(ping).XML()) }, "result"},
		"hears nothing":              {nil, func(p *Peer) { p.HearsNothing() }, ""},
		"asks again after a while":   {nil, func(p *Peer) { p.Asks(ping); time.Sleep(2 * Patience); p.Asks(ping) }, ""},
		"hears what was not to come": {[]string{"<message/>"}, func(p *Peer) { p.HearsNothing() }, "sent <message/>"},
		"waits in vain":              {nil, func(p *Peer) { p.Hears() }, "says nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := failure(func(r T) { row.does(others(t, row.before...)(r)) })
				if row.want == "" && got != "" || !strings.Contains(got, row.want) {
					t.Errorf("it fails with %q, want %q in it", got, row.want)
				}
			})
		})
	}
}

func TestADeafPeerReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p := connect(t, ServeDeaf, t)
		done := make(chan error, 1)
		go func() {
			_, err := c.Send(t.Context(), Stanza(t, ping))
			done <- err
		}()
		synctest.Wait()
		select {
		case err := <-done:
			t.Errorf("what was sent was read: %v", err)
		default:
		}
		go p.Says("<message/>")
		if el, err := c.Next(t.Context()); err != nil || el.Kind() != stanza.Message {
			t.Errorf("the peer says %v, %v", el, err)
		}
		c.CloseNow()
		<-done
	})
}
