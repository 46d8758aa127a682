package cli

import (
	"testing"

	"iqscope/internal/xmpptest"
)

func TestVersionReadsNoCatalogue(t *testing.T) {
	if !xmpptest.Alone(t) {
		return
	}
	const catalogue = "iqscope/iqbuilder/catalog"
	run(t, "version").want(t, exitResult, "iqscope", "")
	if did := xmpptest.Allocated(catalogue); len(did) > 0 {
		t.Errorf("for version, package catalog has done %q", did)
	}
	run(t, "kinds", "show", "ping").want(t, exitResult, "ping", "")
	if did := xmpptest.Allocated(catalogue); len(did) == 0 {
		t.Error("a kind is shown, and no catalogue was read")
	}
}
