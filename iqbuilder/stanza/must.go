package stanza

// MustParseJID is ParseJID for an address that is part of the program: it panics when it is none.
// An address that somebody else wrote is for ParseJID.
func MustParseJID(s string) JID {
	j, err := ParseJID(s)
	if err != nil {
		panic("stanza: " + err.Error())
	}
	return j
}
