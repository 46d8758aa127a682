// Package realserver starts stock XMPP servers for tests: Prosody, ejabberd and jabberd2, as Debian
// ships them, on loopback.
//
// What this program says about servers must be shown on servers it did not write. A test asks for
// one and gets it ready, with its own configuration, data folder, certificates and free ports, and
// it is gone when the test ends:
//
//	func TestPing(t *testing.T) {
//		server := realserver.Prosody(t)
//		conn, err := net.Dial("tcp", server.Addr)
//		// log in as alice@localhost with server.Accounts["alice@localhost"]
//		…
//	}
//
// A start takes Prosody and jabberd2 a third of a second and ejabberd three. Where a test needs no
// options and no clean slate, [SharedProsody], [SharedEjabberd] and [SharedJabberd2] lend it one that
// earlier tests had, for itself alone; [Fixtures] in TestMain takes them down. Each can be stopped,
// killed and restarted.
//
// All serve the domain localhost with the accounts alice (an administrator) and bob, offer STARTTLS
// and direct TLS, and expect an external component (XEP-0114) as comp.localhost. Prosody and ejabberd
// host pubsub.localhost themselves. More, such as WebSocket, comes with an [Option].
//
// Options add what is not in every server: a domain for anonymous logins, logins by certificate,
// SASL2, other modules.
//
// A server that is not installed skips the test, and so does -short, with which none is started.
// With IQSCOPE_REQUIRE_SERVERS=1 both fail it, so that a test run meant to be complete cannot
// quietly lose these tests. Servers are started on Linux only.
//
// A test that needs the other side in its hands, too, connects a [Component].
//
// The package is for tests alone and nothing but tests imports it. Its only goroutines are those of
// components.
package realserver
