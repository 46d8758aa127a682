package tui

import "testing"

func TestAListOfFeaturesHasNoPages(t *testing.T) {
	const features = `<iq type='result' id='q0001' from='demo.localhost'><query xmlns='http://jabber.org/protocol/disco#info'>` +
		`<feature var='http://jabber.org/protocol/rsm'/></query></iq>`
	s := start(t, 80, 24)
	s.press("alt+enter")
	s.happens(func(f *fakeSession) { f.replies(1, features) })
	s.press("alt+2")
	s.hides("next page")
	s.press("]")
	s.shows("The reply does not come in pages.")
}
