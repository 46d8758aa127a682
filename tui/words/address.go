package words

import (
	"fmt"
	"strings"
	"unicode"

	"iqscope/internal/safetext"
)

// lookAlikes are letters of other scripts that look like one of ASCII's in most fonts: Cyrillic,
// Greek, Armenian and Latin ones (after Unicode's UTS #39).
const lookAlikes = "аеорсухѕіјһӏԁԛԝѵАВЕКМНОРСТХІЈЅҮ" + "αινορυκχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "օոսցհ" + "ıɡɑ"

// Address is an address as it is shown. Letters that pass for others, as in a name that is made to
// look like somebody else's, are shown by their numbers, like what cannot be seen: аlice@example.org
// begins with <U+0430>. That are those in a part of the address that has ASCII's letters too, or no
// others than such.
func Address(jid string) safetext.Text {
	if !strings.ContainsAny(jid, lookAlikes) {
		return safetext.CleanLine(jid)
	}
	var b strings.Builder
	for rest := jid; rest != ""; {
		end := strings.IndexAny(rest, "@./")
		if end < 0 {
			end = len(rest) - 1
		}
		writePart(&b, rest[:end+1])
		rest = rest[end+1:]
	}
	return safetext.CleanLine(b.String())
}

// writePart writes a part of an address, such as a label of its domain.
func writePart(b *strings.Builder, part string) {
	passes := strings.ContainsFunc(part, func(r rune) bool { return r < unicode.MaxASCII && unicode.IsLetter(r) }) ||
		!strings.ContainsFunc(part, func(r rune) bool { return unicode.IsLetter(r) && !strings.ContainsRune(lookAlikes, r) })
	for _, r := range part {
		if passes && strings.ContainsRune(lookAlikes, r) {
			fmt.Fprintf(b, "<U+%04X>", r)
		} else {
			b.WriteRune(r)
		}
	}
}
