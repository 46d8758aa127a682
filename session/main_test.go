package session_test

import (
	"testing"

	"go.uber.org/goleak"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
)

// Where a test of this package says "row N", it is that row of docs/acceptance-rows.md.

func TestMain(m *testing.M) {
	xmpptest.ManyAtOnce()
	goleak.VerifyTestMain(realserver.Fixtures(m))
}
