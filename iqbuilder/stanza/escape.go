package stanza

import "strings"

// escaper writes white space other than a blank as references, since reading
// an attribute would turn it into blanks (XML 1.0 §3.3.3).
var escaper = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;",
	"\t", "&#9;", "\n", "&#10;", "\r", "&#13;",
)

// Escape makes text fit for element content and for attribute values in either
// kind of quotes. Characters that XML cannot carry stay: whoever reads the
// result refuses them.
func Escape(s string) string { return escaper.Replace(s) }
