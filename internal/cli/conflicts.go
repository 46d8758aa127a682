package cli

import "slices"

// conflict is a setting that leaves no room for others.
type conflict struct {
	key     string
	because string // says why, as in "--key because; --other does not go with it"
	others  []string
}

const thePassword = "says where the password comes from"

// conflicts hold on the command line and within a profile. Between the two there
// are none: a flag takes away what it conflicts with in the profile.
var conflicts = []conflict{
	{"demo", "brings its own server and password", notForDemo},
	{"websocket", "names the server, and whether there is TLS", []string{"server", "tls"}},
	{"component", "has its domain for an address and its secret for a login", []string{
		"anonymous", "websocket", "resource", "mechanism", "cert", "key", "password-file",
	}},
	{"anonymous", "is a login by nobody", []string{
		"mechanism", "cert", "key", "password-command", "password-file", "keyring", "secret-file",
	}},
	{"pin", "names the one certificate to accept", []string{"ca"}},
	{"password-command", thePassword, []string{"password-file", "keyring", "secret-file"}},
	{"password-file", thePassword, []string{"keyring", "secret-file"}},
	{"keyring", thePassword, []string{"secret-file"}},
}

// notForDemo are the flags that say where and how to log in.
var notForDemo = []string{
	"profile", "server", "tls", "allow-plaintext", "ca", "pin", "websocket", "component", "secret-file", "anonymous",
	"cert", "key", "password-command", "password-file", "keyring",
}

// exclusive refuses two settings that do not go together, in one sentence.
func exclusive(given func(key string) bool, called func(key string) string) error {
	for _, c := range conflicts {
		for _, other := range c.others {
			if given(c.key) && given(other) {
				return usage("%s %s; %s does not go with it", called(c.key), c.because, called(other))
			}
		}
	}
	return nil
}

// excludes says that two settings do not go together.
func excludes(a, b string) bool {
	one := func(key string) bool { return key == a || key == b }
	return a != b && exclusive(one, func(key string) string { return key }) != nil
}

// elsewhere says that the command line has a flag for another server than the
// built-in one.
func (f *connectionFlags) elsewhere() bool {
	return slices.ContainsFunc(notForDemo, f.given)
}
