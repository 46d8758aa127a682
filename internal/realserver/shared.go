package realserver

import (
	"strings"
	"sync"
	"testing"
)

// A fleet is the servers of one make that the tests of this binary are lent, one after the other.
type fleet struct {
	kind product

	mu   sync.Mutex
	idle []*Server
	lent map[string]*Server // by the name of the test that has it
}

var (
	prosodies = &fleet{kind: prosody, lent: map[string]*Server{}}
	ejabberds = &fleet{kind: ejabberd, lent: map[string]*Server{}}
	jabberd2s = &fleet{kind: jabberd2, lent: map[string]*Server{}}
)

// SharedProsody is a Prosody that the test is lent until it ends. Meanwhile no other test has it,
// so that each may log in as alice, be the server's one component, and kill and restart the server;
// the test's own subtests get the same one. Tests that run one after the other get the same server,
// and parallel ones a server each, which is started when none is idle. What an earlier test has
// left on the server is still there: a roster, an archive, private data.
//
// TestMain must take the servers down; see [Fixtures].
func SharedProsody(tb testing.TB) *Server {
	tb.Helper()
	return prosodies.lend(tb)
}

// SharedEjabberd is an ejabberd that the test is lent, as with [SharedProsody].
func SharedEjabberd(tb testing.TB) *Server {
	tb.Helper()
	return ejabberds.lend(tb)
}

// SharedJabberd2 is a jabberd2 that the test is lent, as with [SharedProsody].
func SharedJabberd2(tb testing.TB) *Server {
	tb.Helper()
	return jabberd2s.lend(tb)
}

func (f *fleet) lend(tb testing.TB) *Server {
	tb.Helper()
	if s := f.lentAlready(tb.Name()); s != nil {
		tb.Cleanup(func() { s.showLog(tb) })
		return s
	}
	s := f.takeIdle()
	if s == nil {
		var err error
		if s, err = start(f.kind, newSettings(nil)); err != nil {
			refuse(tb, err)
		}
	}
	s.tb = tb
	f.mu.Lock()
	f.lent[tb.Name()] = s
	f.mu.Unlock()
	tb.Cleanup(func() {
		s.showLog(tb)
		f.takeBack(tb.Name())
	})
	return s
}

// lentAlready is the server that a test has, or one that it is a part of.
func (f *fleet) lentAlready(test string) *Server {
	f.mu.Lock()
	defer f.mu.Unlock()
	for borrower, s := range f.lent {
		if test == borrower || strings.HasPrefix(test, borrower+"/") {
			return s
		}
	}
	return nil
}

func (f *fleet) takeIdle() *Server {
	f.mu.Lock()
	defer f.mu.Unlock()
	last := len(f.idle) - 1
	if last < 0 {
		return nil
	}
	s := f.idle[last]
	f.idle = f.idle[:last]
	return s
}

// takeBack keeps the server for the next test, unless it was left dead.
func (f *fleet) takeBack(test string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.lent[test]
	delete(f.lent, test)
	s.tb = nil
	if s.process == nil || s.process.exited() {
		s.discard()
		return
	}
	f.idle = append(f.idle, s)
}

// A Runner runs the tests of a binary, as *testing.M does.
type Runner interface {
	Run() int
}

// Fixtures wraps m so that the servers that tests were lent are taken down after the tests:
//
//	func TestMain(m *testing.M) { os.Exit(realserver.Fixtures(m).Run()) }
//
// or goleak.VerifyTestMain(realserver.Fixtures(m)).
func Fixtures(m Runner) Runner {
	return fixtures{m}
}

type fixtures struct{ tests Runner }

func (f fixtures) Run() int {
	defer prosodies.discard()
	defer ejabberds.discard()
	defer jabberd2s.discard()
	return f.tests.Run()
}

func (f *fleet) discard() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.idle {
		s.discard()
	}
	f.idle = nil
}
