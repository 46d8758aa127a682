package e2e

import "testing"

func TestOneGoesOnAsAnotherAccount(t *testing.T) {
	t.Parallel()
	p := tryOut(t, narrow)
	p.WaitFor("juliet@demo.localhost")
	p.SendKeys("M-s")
	p.WaitFor("Go on as")
	p.Type("romeo")
	p.SendKeys("Enter")
	p.WaitMatch(`(?m)^ iqscope  romeo@demo\.localhost/\S+ +● online`)
	p.SendKeys("M-Enter")
	p.WaitMatch(discoRow)
	p.leaves()
}
