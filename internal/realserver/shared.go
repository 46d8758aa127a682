package realserver

import (
	"sync"
	"testing"
)

// A sharedServer is started by the first test that asks.
type sharedServer struct {
	kind   product
	once   sync.Once
	server *Server
	err    error
}

var (
	sharedProsody  = &sharedServer{kind: prosody}
	sharedEjabberd = &sharedServer{kind: ejabberd}
)

// SharedProsody is a Prosody that all tests of this binary share. TestMain must take it down; see
// [Fixtures]. It cannot be stopped or restarted by a test.
func SharedProsody(tb testing.TB) *Server {
	tb.Helper()
	return sharedProsody.get(tb)
}

// SharedEjabberd is an ejabberd that all tests of this binary share, as [SharedProsody] is.
func SharedEjabberd(tb testing.TB) *Server {
	tb.Helper()
	return sharedEjabberd.get(tb)
}

func (s *sharedServer) get(tb testing.TB) *Server {
	tb.Helper()
	s.once.Do(func() { s.server, s.err = start(s.kind, newSettings(nil)) })
	if s.err != nil {
		refuse(tb, s.err)
	}
	tb.Cleanup(func() { s.server.showLog(tb) })
	return s.server
}

// A Runner runs the tests of a binary, as *testing.M does.
type Runner interface {
	Run() int
}

// Fixtures wraps m so that the shared servers are taken down after the tests:
//
//	func TestMain(m *testing.M) { os.Exit(realserver.Fixtures(m).Run()) }
//
// or goleak.VerifyTestMain(realserver.Fixtures(m)).
func Fixtures(m Runner) Runner {
	return fixtures{m}
}

type fixtures struct{ tests Runner }

func (f fixtures) Run() int {
	defer sharedProsody.discard()
	defer sharedEjabberd.discard()
	return f.tests.Run()
}

func (s *sharedServer) discard() {
	if s.server != nil {
		s.server.discard()
	}
}
