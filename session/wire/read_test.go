package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

func TestEveryElementComesAsItStoodOnTheWire(t *testing.T) {
	elements := []string{
		serverHeader,
		"<stream:features><x xmlns='a:b'  y = \"1\"/></stream:features>",
		"<iq id='1' type='result'><query xmlns='jabber:iq:roster'><![CDATA[<]]>&#x41;é</query\n></iq>",
		"<message/>",
		"</stream:stream>",
	}
	text := strings.Join(elements, "\n ") // white space between them is a keepalive
	for _, chunk := range []int{1, 7, len(text)} {
		t.Run(fmt.Sprintf("%d bytes at a time", chunk), func(t *testing.T) {
			var shown []string
			c, _, theirs := inMemory(t, Config{Log: func(e Event) {
				if e.Dir != stanza.In || e.Redacted() || e.Time.IsZero() {
					t.Errorf("shown as %+v", e)
				}
				shown = append(shown, e.Shown.XML())
			}})
			sent := make(chan struct{})
			go func() {
				defer close(sent)
				for rest := text; rest != ""; {
					n := min(chunk, len(rest))
					theirs.Write([]byte(rest[:n]))
					rest = rest[n:]
				}
			}()
			var got []string
			for range len(elements) - 1 {
				got = append(got, read(t, c).XML())
			}
			if diff := cmp.Diff(elements[:4], got); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
			for range 2 {
				if el, err := c.Next(t.Context()); err != io.EOF || el != nil {
					t.Errorf("after the end of the stream: %v, %v", el, err)
				}
			}
			<-sent
			if diff := cmp.Diff(elements, shown); diff != "" {
				t.Errorf("shown (-want +got):\n%s", diff)
			}
			want := &stanza.StreamHeader{ID: "s1", From: "example.com", Version: "1.0", Lang: "en", Content: "jabber:client"}
			if diff := cmp.Diff(want, c.Peer()); diff != "" {
				t.Errorf("the peer's header (-want +got):\n%s", diff)
			}
		})
	}
}

// Fault 22: FIN.
func TestTheEndOfAConnectionWithoutTheEndOfTheStreamIsALoss(t *testing.T) {
	for _, c := range []struct{ name, text, words string }{
		{"before a stream", "", "before a stream began"},
		{"in the header", serverHeader[:30], "before a stream began"},
		{"between stanzas", serverHeader + "<iq/>", "without </stream:stream>"},
		{"in a stanza", serverHeader + "<iq", "without </stream:stream>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, _, theirs := inMemory(t, Config{})
			says(t, theirs, c.text, true)
			err := lastError(conn)
			if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("the connection ended with %v", err)
			}
		})
	}
}

// lastError reads to the end.
func lastError(c *Conn) error {
	for {
		if _, err := c.Next(context.Background()); err != nil {
			return err
		}
	}
}

// Fault 22: RST.
func TestAResetIsALoss(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		socket, err := listener.Accept()
		if err != nil {
			return
		}
		socket.Read(make([]byte, 1))
		socket.(*net.TCPConn).SetLinger(0)
		socket.Close()
	}()
	socket, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := New(socket, Config{})
	defer c.CloseNow()
	c.Open(Header{})
	if err := lastError(c); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "lost") {
		t.Errorf("a reset came out as %v", err)
	}
}

func TestAStreamErrorIsTypedAndShown(t *testing.T) {
	var shown []string
	c, _, theirs := inMemory(t, Config{Log: func(e Event) { shown = append(shown, e.Shown.XML()) }})
	const text = "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>[::1]:7</see-other-host>" +
		"<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>no\x7fpe</text><why xmlns='a:b'/></stream:error>"
	says(t, theirs, serverHeader+text+"</stream:stream>", true)
	read(t, c)
	_, err := c.Next(t.Context())
	var got *StreamError
	if !errors.As(err, &got) {
		t.Fatalf("read %v", err)
	}
	want := StreamError{Condition: "see-other-host", OtherHost: "[::1]:7", Text: "no\x7fpe",
		Application: stanza.Name{Space: "a:b", Local: "why"}, Element: got.Element}
	if *got != want {
		t.Errorf("got %+v", got)
	}
	if got, want := err.Error(), `the other side ended the stream: see-other-host "[::1]:7" ("no\x7fpe")`; got != want {
		t.Errorf("in words: %s", got)
	}
	if len(shown) != 2 || shown[1] != text {
		t.Errorf("shown: %q", shown)
	}
	if _, err := c.Next(t.Context()); err != io.EOF {
		t.Errorf("after the stream error: %v", err)
	}
}

// TestBrokenXMLIsRefusedAtEachPhase is faults 10, 14 and 15 of docs/faults.md, as
// they show on a connection; the scanner's own tests have the whole lists.
func TestBrokenXMLIsRefusedAtEachPhase(t *testing.T) {
	phases := []struct{ name, before string }{
		{"before the header", ""},
		{"between stanzas", serverHeader},
		{"in a stanza", serverHeader + "<iq>"},
	}
	for _, fault := range []struct {
		name, text string
		conditions []xmlscan.Condition
	}{
		{"document type", "<!DOCTYPE a [<!ENTITY b 'c'>]>", []xmlscan.Condition{"restricted-xml"}},
		{"comment", "<!-- x -->", []xmlscan.Condition{"restricted-xml"}},
		{"processing instruction", "<?php x?>", []xmlscan.Condition{"restricted-xml"}},
		{"second declaration", " <?xml version='1.0'?>", []xmlscan.Condition{"not-well-formed", "restricted-xml"}},
		{"unbound prefix", "<p:a/>", []xmlscan.Condition{"bad-namespace-prefix"}},
		{"attribute twice", "<a b='1' b='2'/>", []xmlscan.Condition{"not-well-formed"}},
		{"end tag of something else", "</a>", []xmlscan.Condition{"not-well-formed"}},
	} {
		for _, phase := range phases {
			t.Run(fault.name+" "+phase.name, func(t *testing.T) {
				var out []string
				c, _, theirs := inMemory(t, Config{Log: func(e Event) {
					if e.Dir == stanza.Out {
						out = append(out, e.Shown.XML())
					}
				}})
				go theirs.Write([]byte(phase.before + fault.text))
				answer := swallow(theirs)
				err := lastError(c)
				var broken *xmlscan.Error
				if !errors.As(err, &broken) {
					t.Fatalf("read %v", err)
				}
				if !contains(fault.conditions, broken.Condition) {
					t.Errorf("refused as %s, want one of %s", broken.Condition, fault.conditions)
				}
				if again := lastError(c); again != err {
					t.Errorf("the second Read says %v", again)
				}
				c.CloseNow()
				want := fmt.Sprintf("<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>", broken.Condition)
				got := answer()
				if strings.Count(got, want) != 1 || !strings.HasSuffix(got, want) || !strings.HasPrefix(got, "<?xml") {
					t.Errorf("answered with %q", got)
				}
				if strings.Join(out, "") != got {
					t.Errorf("shown %q but wrote %q", out, got)
				}
				if _, err := c.Send(t.Context(), element(t, "<iq/>")); !errors.Is(err, net.ErrClosed) {
					t.Errorf("writing after our </stream:stream>: %v", err)
				}
			})
		}
	}
}

func contains(list []xmlscan.Condition, c xmlscan.Condition) bool {
	for _, x := range list {
		if x == c {
			return true
		}
	}
	return false
}

func TestNobodyHearingOurStreamErrorHoldsReadUpBriefly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, theirs := inMemory(t, Config{})
		go theirs.Write([]byte("nonsense"))
		begun := time.Now()
		err := lastError(c)
		var broken *xmlscan.Error
		if !errors.As(err, &broken) {
			t.Errorf("read %v", err)
		}
		if took := time.Since(begun); took > farewellTime {
			t.Errorf("Read took %v", took)
		}
		theirs.Close()
	})
}

// Fault 12: at the limit, and one byte beyond.
func TestAStanzaMayBeAsLongAsTheLimitSays(t *testing.T) {
	const limit = 10_000
	for _, c := range []struct {
		length int
		fits   bool
	}{{limit - 1, true}, {limit, true}, {limit + 1, false}} {
		t.Run(fmt.Sprint(c.length), func(t *testing.T) {
			conn, _, theirs := inMemory(t, Config{Limits: xmlscan.Limits{ElementBytes: limit}})
			swallow(theirs)
			text := "<iq>" + strings.Repeat("x", c.length-len("<iq></iq>")) + "</iq>"
			says(t, theirs, serverHeader+text, false)
			read(t, conn)
			el, err := conn.Next(t.Context())
			var broken *xmlscan.Error
			switch {
			case c.fits && (err != nil || el.XML() != text):
				t.Errorf("%v", err)
			case !c.fits && (!errors.As(err, &broken) || broken.Condition != xmlscan.PolicyViolation):
				t.Errorf("read %v, %v", el, err)
			}
			conn.CloseNow()
		})
	}
}

func TestReadEndsWithItsContextAndLosesNoBytes(t *testing.T) {
	for _, secured := range []bool{false, true} {
		t.Run(fmt.Sprintf("TLS %v", secured), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				c := New(ours, Config{})
				var other net.Conn = theirs
				if secured {
					other = secure(t, c, theirs)
				}
				begin := func(text string) {
					go other.Write([]byte(text))
					synctest.Wait()
				}
				begin(serverHeader + "<iq id='")
				read(t, c)

				soon, cancel := context.WithTimeout(t.Context(), time.Minute)
				begun := time.Now()
				if _, err := c.Next(soon); err != context.DeadlineExceeded {
					t.Errorf("at the deadline: %v", err)
				}
				if took := time.Since(begun); took != time.Minute {
					t.Errorf("the deadline came after %v", took)
				}
				cancel()

				given, giveUp := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, giveUp)
				if _, err := c.Next(given); err != context.Canceled {
					t.Errorf("when cancelled: %v", err)
				}
				if _, err := c.Next(given); err != context.Canceled {
					t.Errorf("when cancelled before: %v", err)
				}
				begin("7'/>")
				if el := read(t, c); el.XML() != "<iq id='7'/>" {
					t.Errorf("afterwards: %s", el.XML())
				}
				c.CloseNow()
				theirs.Close()
			})
		})
	}
}

func TestALoopOverOneContextSetsNoDeadlines(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c, s, theirs := inMemory(t, Config{})
	go func() {
		theirs.Write([]byte(serverHeader))
		for range 100 {
			theirs.Write([]byte("<iq/>"))
		}
	}()
	for range 101 {
		if _, err := c.Next(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if s.deadlines != 0 {
		t.Errorf("%d deadlines were set for 101 reads", s.deadlines)
	}
}

func TestCloseNowEndsABlockedRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, theirs := inMemory(t, Config{})
		time.AfterFunc(time.Second, func() { c.CloseNow() })
		if _, err := c.Next(t.Context()); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read %v", err)
		}
		theirs.Close()
	})
}

// stuck gives neither bytes nor errors.
type stuck struct{ net.Conn }

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestASocketThatGivesNothingIsNoBusyLoop(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	c := New(stuck{ours}, Config{})
	defer c.CloseNow()
	if _, err := c.Next(t.Context()); err != io.ErrNoProgress {
		t.Errorf("read %v", err)
	}
}

func TestReadTellsOfTheEndBesideItsErrorAndTheLogIsNotTold(t *testing.T) {
	for _, c := range []struct{ text, shown string }{
		{"</stream:stream>", "</stream:stream>"},
		{"<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>", "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"},
	} {
		logged := 0
		conn, _, theirs := inMemory(t, Config{Log: func(Event) { logged++ }})
		says(t, theirs, serverHeader+c.text, false)
		all, err := conn.Read(t.Context(), nil)
		if err == nil || len(all) != 2 || all[0].Element.Kind() != stanza.StreamOpen {
			t.Fatalf("%s came as %+v, %v", c.text, all, err)
		}
		if e := all[1]; e.Element == nil || e.Shown.XML() != c.shown || e.Dir != stanza.In || e.Time != all[0].Time {
			t.Errorf("%s came as %+v", c.text, e)
		}
		if logged != 0 {
			t.Errorf("the log was told of %d, too", logged)
		}
	}
}

func TestCloseLeavesReadingToTheReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logged := 0
		conn, _, theirs := inMemory(t, Config{Log: func(e Event) {
			if e.Dir == stanza.In {
				logged++
			}
		}})
		go io.Copy(io.Discard, theirs)
		if err := conn.Open(Header{To: "example.com"}); err != nil {
			t.Fatal(err)
		}
		says(t, theirs, serverHeader, false)
		if _, err := conn.Read(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		conn.HasReader() // and it is busy with what it has read when Close comes
		closed := make(chan error)
		go func() { closed <- conn.Close(t.Context()) }()
		synctest.Wait() // it has said its last word
		says(t, theirs, "<iq type='result' id='last'/></stream:stream>", false)
		if all, err := conn.Read(t.Context(), nil); err != io.EOF || len(all) != 2 || all[0].Element.ID() != "last" {
			t.Errorf("the reader got %+v, %v", all, err)
		}
		if err := <-closed; err != nil || logged != 0 {
			t.Errorf("Close took %d elements from the reader: %v", logged, err)
		}
	})
}

func TestReadReturnsWhatIsThereAndHowItEndsBehindThat(t *testing.T) {
	var logged []string
	conn, _, theirs := inMemory(t, Config{Log: func(e Event) { logged = append(logged, e.Shown.XML()) }})
	swallow(theirs)
	says(t, theirs, serverHeader+"<iq type='result' id='1'/><iq type='result' id='2'/><iq><!-- x --></iq>", false)
	all, err := conn.Read(t.Context(), nil)
	if err != nil || len(all) != 3 || all[1].Element.ID() != "1" || all[2].Element.ID() != "2" {
		t.Fatalf("came %+v, %v", all, err)
	}
	if len(logged) > 0 {
		t.Errorf("the log was told of %q before what came earlier is in it", logged)
	}
	for range 2 {
		var broken *BrokenError
		if all, err := conn.Read(t.Context(), nil); len(all) > 0 || !errors.As(err, &broken) {
			t.Errorf("behind that came %+v, %v", all, err)
		}
	}
	if len(logged) == 0 || !strings.Contains(logged[0], "<!-- x -->") {
		t.Errorf("the log was told of %q", logged)
	}
}

func TestReadTakesNoMoreThanItsShareOfAFlood(t *testing.T) {
	const n = 2*readBatch + 10
	conn, _, theirs := inMemory(t, Config{})
	says(t, theirs, serverHeader+strings.Repeat("<iq type='result' id='1'/>", n), false)
	got := 0
	for got < n+1 {
		all, err := conn.Read(t.Context(), nil)
		if err != nil || len(all) > readBatch {
			t.Fatalf("%d at once, %v", len(all), err)
		}
		got += len(all)
	}
}
