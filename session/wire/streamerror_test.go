package wire

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

const conflict = "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"

// RFC 6120 §4.9.1.1: the side that sends a stream error closes the stream, so that there is nothing
// to wait for behind it, whether or not it says </stream:stream>.
func TestAStreamErrorEndsTheWaitOfClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, _, theirs := inMemory(t, Config{})
		swallow(theirs)
		conn.Open(Header{})
		go theirs.Write([]byte(serverHeader))
		read(t, conn)
		ended := make(chan error, 1)
		go func() {
			_, err := conn.Read(context.Background(), nil)
			ended <- err
		}()
		synctest.Wait()
		time.AfterFunc(time.Second, func() { theirs.Write([]byte(conflict)) })
		begun := time.Now()
		if err := conn.Close(t.Context()); err != nil {
			t.Errorf("closing: %v", err)
		}
		if took := time.Since(begun); took != time.Second {
			t.Errorf("a second after it began, a stream error came; closing took %v", took)
		}
		var last *StreamError
		if err := <-ended; !errors.As(err, &last) || last.Condition != "conflict" {
			t.Errorf("the reader got %v", err)
		}
	})
}
