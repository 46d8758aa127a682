package realserver

import "net/url"

// webSocketPath is Prosody's own; ejabberd has none of its own.
const webSocketPath = "/xmpp-websocket"

// hostOf is the host:port of an address that this package made.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic("realserver: " + err.Error())
	}
	return u.Host
}
