// Package xmpptest has what tests of XMPP begin with: stanzas, addresses and IQs that must be
// right, and a peer, the other end of a stream, which a test lets speak and listen.
//
//	synctest.Test(t, func(t *testing.T) {
//		near, far := net.Pipe()
//		peer := xmpptest.Serve(t, far, "example.com")
//		… // the code under test opens its stream on near
//		peer.Says("<iq type='get' id='1' from='romeo@example.net/x'><q xmlns='u'/></iq>")
//		if reply := peer.Hears(); reply.Type() != stanza.Error { … }
//		peer.HearsNothing()
//	})
//
// Text that is no stanza or no address ends the test at once. A peer speaks and hears elements;
// where a test is about bytes, it holds the socket itself.
//
// The package is for tests alone and nothing but tests imports it. The tests of xmlscan, stanza,
// iqbuilder and wire that lie inside of these packages cannot: it stands on them.
package xmpptest
