package negotiate_test

import (
	"testing"

	"go.uber.org/goleak"

	"iqscope/internal/realserver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(realserver.Fixtures(m)) }
