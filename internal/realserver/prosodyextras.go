package realserver

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// prosodyModules is where Debian puts Prosody's modules, its own and the community's.
const prosodyModules = "/usr/lib/prosody/modules"

// prosodySASL2 are the community's modules, behind one of ours that they need on Prosody 0.12. The
// one for stream management with the login (sasl2_sm) is not among them: it wants a mod_smacks that
// Prosody has from 0.13 on.
var prosodySASL2 = []string{"methods_of_013", "sasl2", "sasl2_bind2"}

// methodsOf013 gives connections the methods of Prosody 0.13 that mod_sasl2 asks for their TLS.
const methodsOf013 = `module:hook("stream-features", function (event)
	local conn = event.origin.conn;
	local socket = conn:socket();
	function conn.ssl_info() return socket.info and socket:info(); end
	function conn.ssl_peerfinished() return socket.getpeerfinished and socket:getpeerfinished(); end
end, 10);
`

// prosodyExtras returns the lines of modules_enabled that a test's options add, and writes what
// they need into a folder that Prosody looks for modules in.
func prosodyExtras(folder string, set settings) (string, error) {
	if !set.sasl2 && !set.clientCertificates {
		return "", nil
	}
	if _, err := os.Stat(filepath.Join(prosodyModules, "mod_sasl2")); err != nil {
		return "", fmt.Errorf("the community's modules of Prosody are %w (Debian: apt-get install prosody-modules)", errMissing)
	}
	if !set.sasl2 {
		return "", nil
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", err
	}
	var lines strings.Builder
	for _, name := range prosodySASL2 {
		fmt.Fprintf(&lines, "\t%q,\n", name)
	}
	return lines.String(), os.WriteFile(filepath.Join(folder, "mod_methods_of_013.lua"), []byte(methodsOf013), 0o600)
}
