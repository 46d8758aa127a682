package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
)

func TestSeveralElementsLeaveInOneWrite(t *testing.T) {
	var shown []string
	c, s, theirs := inMemory(t, Config{Log: func(e Event) { shown = append(shown, e.Shown.XML()) }})
	swallow(theirs)
	elements := []string{"<iq  id='1'/>", "<message><body>&lt;</body></message>"}
	n, err := c.Send(t.Context(), element(t, elements[0]), element(t, elements[1]))
	if err != nil || n != len(elements[0])+len(elements[1]) {
		t.Errorf("wrote %d bytes, %v", n, err)
	}
	if diff := cmp.Diff([]string{strings.Join(elements, "")}, s.writes); diff != "" {
		t.Errorf("calls to the socket (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(elements, shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}

func TestTheTapSeesAnElementBeforeTheSocketDoes(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	s := &socket{Conn: ours}
	c := New(s, Config{Log: func(e Event) {
		if len(s.writes) > 0 {
			t.Error("the socket had it first")
		}
	}})
	defer c.CloseNow()
	swallow(theirs)
	c.Send(t.Context(), element(t, "<iq/>"))
}

// Fault 22: a window of zero.
func TestABlockedWriteEndsWithItsContextAndTheStreamIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s, theirs := inMemory(t, Config{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		go func() { theirs.Read(make([]byte, 3)) }()
		n, err := c.Send(ctx, element(t, "<iq id='torn'/>"))
		if n != 3 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("wrote %d bytes, %v", n, err)
		}
		n, again := c.Send(t.Context(), element(t, "<iq/>"))
		if n != 0 || again != err {
			t.Errorf("the next Write: %d bytes, %v", n, again)
		}
		if len(s.writes) != 1 {
			t.Errorf("the socket got %q", s.writes)
		}
		theirs.Close()
	})
}

func TestAWriteThatWasGivenUpBeforeSendsNothing(t *testing.T) {
	shown := 0
	c, s, _ := inMemory(t, Config{Log: func(Event) { shown++ }})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if n, err := c.Send(ctx, element(t, "<iq/>")); n != 0 || err != context.Canceled {
		t.Errorf("wrote %d bytes, %v", n, err)
	}
	if shown > 0 || len(s.writes) > 0 {
		t.Errorf("shown %d, written %q", shown, s.writes)
	}
}

func TestAContextThatEndsAfterItsWriteDoesNoHarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, theirs := inMemory(t, Config{})
		got := swallow(theirs)
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := c.Send(ctx, element(t, "<iq id='1'/>")); err != nil {
			t.Fatal(err)
		}
		cancel()
		synctest.Wait()
		if _, err := c.Send(t.Context(), element(t, "<iq id='2'/>")); err != nil {
			t.Errorf("the next write: %v", err)
		}
		if _, err := c.Send(context.Background(), element(t, "<iq id='3'/>")); err != nil {
			t.Errorf("the one after it: %v", err)
		}
		c.CloseNow()
		if all := got(); all != "<iq id='1'/><iq id='2'/><iq id='3'/>" {
			t.Errorf("arrived: %q", all)
		}
	})
}

func TestReadingAndWritingGoOnAtTheSameTime(t *testing.T) {
	const count = 500
	ours, theirs := net.Pipe()
	var mu sync.Mutex
	seen := map[stanza.Direction]int{}
	client := New(ours, Config{Log: func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		seen[e.Dir]++
	}})
	server := New(theirs, Config{})
	defer client.CloseNow()
	defer server.CloseNow()

	var all sync.WaitGroup
	all.Go(func() { // the other side answers each with its like
		read(t, server)
		if err := server.Open(Header{ID: "1", From: "example.com"}); err != nil {
			t.Error(err)
		}
		for range count {
			el, err := server.Next(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			server.Send(t.Context(), el)
		}
	})
	if err := client.Open(Header{To: "example.com"}); err != nil {
		t.Fatal(err)
	}
	all.Go(func() {
		for range count + 1 {
			if _, err := client.Next(t.Context()); err != nil {
				t.Error(err)
				return
			}
		}
	})
	all.Go(func() {
		iq := element(t, "<iq id='1'/>")
		for range count {
			client.Send(t.Context(), iq)
		}
	})
	all.Wait()
	if seen[stanza.In] != count+1 || seen[stanza.Out] != count+1 {
		t.Errorf("shown: %v", seen)
	}
}

func TestWriteTellsOfWhatLeavesAndTheLogIsNotTold(t *testing.T) {
	logged := 0
	c, _, theirs := inMemory(t, Config{Log: func(Event) { logged++ }})
	go io.Copy(io.Discard, theirs)
	same := "<iq type='get' id='a'><ping xmlns='urn:xmpp:ping'/></iq>"
	var told []*stanza.Stanza
	write := func(elements ...*stanza.Stanza) error {
		told = nil
		_, err := c.Write(t.Context(), elements, func(first int, events []Event) {
			if first != len(told) {
				t.Errorf("told of number %d behind %d", first, len(told))
			}
			for _, e := range events {
				if e.Dir != stanza.Out || e.Time.IsZero() {
					t.Errorf("it was told %+v", e)
				}
				told = append(told, e.Element)
			}
		})
		return err
	}
	first, second := element(t, same), element(t, same)
	if err := write(first, second); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told, []*stanza.Stanza{first, second}) {
		t.Errorf("it was told of %v", told)
	}
	if logged != 0 {
		t.Errorf("the log was told of %d, too", logged)
	}
	theirs.Close()
	if err := write(first); err == nil || len(told) != 1 {
		t.Errorf("a write that failed (%v) told %d times that it leaves", err, len(told))
	}
	if err := write(first); err == nil || len(told) != 0 {
		t.Errorf("one that was never tried (%v) told %d times that it leaves", err, len(told))
	}
}
