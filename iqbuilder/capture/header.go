package capture

import "time"

// Header is what the first line of a recording says of it. The zero value is that of a capture that
// has none.
type Header struct {
	Recording int       // version of what follows, from 1; 0 for no recording
	Time      time.Time // when it began
	Account   string    // JID, as far as it was known
	Server    string    // host:port
	Content   string    // namespace of its stanzas
	Lang      string    // xml:lang that they inherit
}
