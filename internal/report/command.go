package report

import (
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
)

// Command is the command line with which iqscope send sends a stanza again, quoted for a POSIX
// shell. The flags before say how its account is reached; they hold no secret, and those of the
// stanza are hidden. A timeout of 0 is none. What is no request goes out raw, as it stands.
func Command(flags []string, st *stanza.Stanza, timeout time.Duration) string {
	words := append([]string{"iqscope", "send"}, flags...)
	if st.IsRequest() && st.HasID() {
		words = append(words, "--timeout", timeoutWord(timeout))
	} else {
		words = append(words, "--raw")
	}
	for i, w := range words {
		words[i] = quoted(w)
	}
	return strings.Join(append(words, quoted(visible(st.XML()))), " ")
}

func timeoutWord(d time.Duration) string {
	if d == 0 {
		return "0"
	}
	return d.String()
}

// quoted is a word for a POSIX shell (XCU §2.2.2): between apostrophes nothing has a meaning but
// the next apostrophe.
func quoted(word string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./:@,+%", r)
	}
	if word != "" && strings.TrimFunc(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
