package e2e

import "testing"

// The keys are those of docs/stream.md.
func TestTheWayToAStreamIsGoneByHand(t *testing.T) {
	t.Parallel()
	p := tryOut(t, wide)
	p.WaitFor("● online")
	p.SendKeys("C-o")
	p.SendKeys("a")
	p.WaitFor("by hand: before the login")
	p.WaitFor("Begin a login that never sends the password")
	p.SendKeys("M-o")
	p.WaitFor("Prove that you know the password")
	p.SendKeys("M-g")
	p.WaitFor("● online")
	p.leaves()
}

// What a person says in the wrong place is sent all the same, and the log has what the server says to
// it.
func TestWhatIsSaidTooEarlyIsSent(t *testing.T) {
	t.Parallel()
	p := tryOut(t, wide)
	p.WaitFor("● online")
	p.SendKeys("C-o")
	p.SendKeys("a")
	p.WaitFor("by hand: before the login")
	p.writes("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>")
	p.SendKeys("M-Enter")
	p.WaitFor("not-authorized")
}
