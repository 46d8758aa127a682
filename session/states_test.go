package session

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/session/negotiate"
)

// A loss, the way back and our own end: each is told once, in order, with why.
func TestEachChangeOfTheStateIsTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		var told []State
		var why error
		stop := s.StateChanged(func(st Status) {
			if told = append(told, st.State); st.State == Lost {
				why = st.Err
			}
		})
		var before int
		stopped := s.StateChanged(func(Status) { before++ })
		stopped()
		w.cut()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		s.Close(context.Background())
		s.Close(context.Background()) // which changes nothing
		synctest.Wait()
		want := []State{Lost, Connecting, Online, Offline}
		if diff := cmp.Diff(want, told); diff != "" || why == nil || before != 0 {
			t.Errorf("it was lost for %v; told (-want +got):\n%s", why, diff)
		}
		stop()
	})
}

// Whoever is told of a failure may try again, or give up, right there.
func TestWhoIsToldOfAStateMayCloseTheSession(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		s.link.negotiate = func(context.Context, negotiate.Config) (*negotiate.Stream, error) {
			return nil, errors.New("nobody is there")
		}
		done := make(chan error, 1)
		var told []State
		s.StateChanged(func(st Status) {
			if told = append(told, st.State); st.State == Lost {
				done <- s.Close(context.Background())
			}
		})
		if err := s.Connect(t.Context()); err == nil {
			t.Error("it connects")
		}
		synctest.Wait()
		if diff := cmp.Diff([]State{Connecting, Lost, Offline}, told); diff != "" || len(done) != 1 {
			t.Errorf("%d closed; told (-want +got):\n%s", len(done), diff)
		}
	})
}
