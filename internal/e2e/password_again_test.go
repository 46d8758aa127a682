package e2e

import (
	"strings"
	"testing"

	"iqscope/internal/realserver"
)

func TestAfterAWrongPasswordTheRightOneIsTyped(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		const account = "alice@localhost"
		right := server.Accounts[account]
		p := sitDown(t, wide, []string{"IQSCOPE_PASSWORD=not " + right}, "-j", account, "--server", server.Addr, "--ca", server.CAFile)
		refused := func() {
			t.Helper()
			p.WaitUntil("the login to be refused", func(screen string) bool {
				return strings.Contains(messageOf(screen), "alt+c asks for the password again.")
			})
		}
		refused()
		p.SendKeys("M-c")
		p.WaitFor("Password for " + account)
		p.Type("wrong again")
		p.SendKeys("Enter")
		p.WaitGone("Password for " + account)
		refused()
		p.SendKeys("M-c")
		p.WaitFor("Password for " + account)
		p.Type(right)
		p.WaitFor("•••")
		p.SendKeys("Enter")
		p.WaitFor("● online")
	})
}
