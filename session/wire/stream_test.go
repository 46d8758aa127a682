package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
)

func TestHeadersSayWhatTheyAreGiven(t *testing.T) {
	for _, c := range []struct {
		name   string
		header Header
		want   string
	}{
		{"a client's", Header{To: "example.com"}, clientHeader},
		{"a server's", Header{ID: "s1", From: "example.com", Lang: "en"}, serverHeader},
		{"a component's", Header{Content: stanza.NSComponent, To: "a&b'", NoVersion: true},
			"<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='a&amp;b&apos;'>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var shown *stanza.Stanza
			conn, s, theirs := inMemory(t, Config{Log: func(e Event) { shown = e.Shown }})
			swallow(theirs)
			if err := conn.Open(c.header); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{c.want}, s.writes); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
			if shown.XML() != c.want || shown.Kind() != stanza.StreamOpen {
				t.Errorf("shown: %s", shown.XML())
			}
		})
	}
}

func TestElementsStandInTheScopeOfOurStream(t *testing.T) {
	c, _, theirs := inMemory(t, Config{})
	swallow(theirs)
	if diff := cmp.Diff(stanza.ClientScope(), c.Scope()); diff != "" {
		t.Errorf("before the stream (-want +got):\n%s", diff)
	}
	c.Open(Header{Lang: "de"})
	want := stanza.ClientScope()
	want.Lang = "de"
	if diff := cmp.Diff(want, c.Scope()); diff != "" {
		t.Errorf("of a client (-want +got):\n%s", diff)
	}
	if el, err := c.Element("<iq/>"); err != nil || el.Kind() != stanza.IQ {
		t.Errorf("parsed as %v, %v", el, err)
	}
	c.Open(Header{Content: stanza.NSComponent})
	if diff := cmp.Diff(stanza.ComponentScope(), c.Scope()); diff != "" {
		t.Errorf("of a component (-want +got):\n%s", diff)
	}
}

func TestAHeaderThatXMLCannotCarryIsNotSent(t *testing.T) {
	c, s, _ := inMemory(t, Config{})
	if err := c.Open(Header{To: "a\x01b"}); err == nil || len(s.writes) > 0 {
		t.Errorf("opened with %v, wrote %q", err, s.writes)
	}
}

// TestBothSidesOpenAnewAfterALogin has both sides as they really go: who connects
// opens first, who accepts restarts and reads first. The server's new header and
// features come in one packet with <success/>.
func TestBothSidesOpenAnewAfterALogin(t *testing.T) {
	ours, theirs := net.Pipe()
	client, server := New(ours, Config{}), New(theirs, Config{})
	defer client.CloseNow()
	defer server.CloseNow()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for round := range 3 {
			if el, err := server.Next(t.Context()); err != nil || el.Kind() != stanza.StreamOpen {
				t.Errorf("round %d: the server read %v", round, err)
				return
			}
			if to := server.Peer().To; to != "example.com" {
				t.Errorf("round %d: the client asked for %q", round, to)
			}
			if err := server.Open(Header{ID: "s", From: "example.com"}); err != nil {
				t.Error(err)
			}
			server.Send(t.Context(), element(t, "<iq/>"))
			if _, err := server.Next(t.Context()); err != nil {
				t.Errorf("round %d: %v", round, err)
			}
			server.Restart()
		}
	}()
	for round := range 3 {
		if err := client.Open(Header{To: "example.com"}); err != nil {
			t.Fatal(err)
		}
		if el := read(t, client); el.Kind() != stanza.StreamOpen {
			t.Errorf("round %d: the client read %s", round, el.XML())
		}
		read(t, client)
		client.Send(t.Context(), element(t, "<iq/>"))
	}
	<-done
}

func TestBytesBehindTheLastElementAreKeptOverARestart(t *testing.T) {
	c, _, theirs := inMemory(t, Config{})
	swallow(theirs)
	says(t, theirs, serverHeader+"<a/>"+serverHeader+"<b/>", false)
	c.Open(Header{})
	read(t, c)
	read(t, c)
	c.Open(Header{})
	if el := read(t, c); el.Kind() != stanza.StreamOpen {
		t.Errorf("read %s", el.XML())
	}
	if el := read(t, c); el.XML() != "<b/>" {
		t.Errorf("read %s", el.XML())
	}
}

func TestCloseSaysGoodbyeAndWaitsForTheAnswer(t *testing.T) {
	for _, c := range []struct {
		name    string
		answer  string
		reading bool // a goroutine is in Read
		took    time.Duration
	}{
		{"answered", "</stream:stream>", false, time.Second},
		{"answered to the reader", "</stream:stream>", true, time.Second},
		{"not answered", "", false, closeWait},
		{"not answered to the reader", "", true, closeWait},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, _, theirs := inMemory(t, Config{})
				got := swallow(theirs)
				conn.Open(Header{})
				go theirs.Write([]byte(serverHeader))
				read(t, conn)
				var readErr error
				readEnd := make(chan struct{})
				go func() {
					defer close(readEnd)
					if c.reading {
						_, readErr = conn.Next(context.Background())
					}
				}()
				synctest.Wait()
				if c.answer != "" {
					time.AfterFunc(time.Second, func() { theirs.Write([]byte(c.answer)) })
				}
				begun := time.Now()
				if err := conn.Close(t.Context()); err != nil {
					t.Errorf("closing: %v", err)
				}
				if took := time.Since(begun); took != c.took {
					t.Errorf("closing took %v, want %v", took, c.took)
				}
				<-readEnd
				if c.reading && c.answer != "" && readErr != io.EOF {
					t.Errorf("the reader got %v", readErr)
				}
				if c.reading && c.answer == "" && !errors.Is(readErr, net.ErrClosed) {
					t.Errorf("the reader got %v", readErr)
				}
				if all := got(); strings.Count(all, "</stream:stream>") != 1 || !strings.HasSuffix(all, "</stream:stream>") {
					t.Errorf("written: %q", all)
				}
				if err := conn.Close(t.Context()); err != nil {
					t.Errorf("closing again: %v", err)
				}
			})
		})
	}
}

func TestCloseIsNotHeldUpByAPeerThatReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, theirs := inMemory(t, Config{})
		go func() { theirs.Read(make([]byte, len(clientHeader))) }()
		c.Open(Header{To: "example.com"})
		blocked := make(chan error)
		go func() {
			_, err := c.Send(context.Background(), element(t, "<iq/>"))
			blocked <- err
		}()
		synctest.Wait()
		begun := time.Now()
		go c.Close(t.Context())
		if err := <-blocked; err == nil {
			t.Error("the blocked write succeeded")
		}
		if took := time.Since(begun); took > closeWait+farewellTime {
			t.Errorf("it took %v", took)
		}
		synctest.Wait()
		theirs.Close()
	})
}
