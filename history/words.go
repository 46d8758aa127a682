package history

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"iqscope/iqbuilder/stanza"
)

// Limits of what is searched.
const (
	maxIndexed = 64 << 10 // bytes of each stanza of which the words are found
	maxWords   = 64       // of a question; further ones do not count
	maxWord    = 256      // bytes of one of those
)

// textOf is what the words of an entry are taken from.
func textOf(e *Entry) string {
	var b strings.Builder
	b.Grow(1024)
	for _, st := range []*stanza.Stanza{e.Stanza, e.Reply, e.Late} {
		if st != nil {
			writeWords(&b, st.XML())
		}
	}
	for _, tag := range e.Tags {
		b.WriteString(tag)
		b.WriteByte(' ')
	}
	writeCut(&b, e.Note)
	for _, k := range keysOf(e) {
		b.WriteByte(' ')
		b.WriteString(k)
	}
	return b.String()
}

// writeWords writes the words of a stanza: all there is but end tags, with references replaced.
func writeWords(b *strings.Builder, xml string) {
	xml = cut(xml, maxIndexed)
	done := 0
	for i := 0; i < len(xml); {
		n := 1 // bytes that are replaced
		text := " "
		switch c := xml[i]; {
		case c == '<' && strings.HasPrefix(xml[i:], "</"):
			if n = 1 + strings.IndexByte(xml[i:], '>'); n == 0 {
				n = len(xml) - i
			}
		case c == '&':
			text, n = reference(xml[i:])
		case c == keyMark[0] && strings.HasPrefix(xml[i:], keyMark):
			n = len(keyMark)
		case c != 0:
			i++
			continue
		}
		b.WriteString(xml[done:i])
		b.WriteString(text)
		i += n
		done = i
	}
	b.WriteString(xml[done:])
	b.WriteByte(' ')
}

func writeCut(b *strings.Builder, text string) {
	b.WriteString(strings.NewReplacer("\x00", " ", keyMark, " ").Replace(cut(text, maxIndexed)))
	b.WriteByte(' ')
}

// cut is the beginning of a text, of whole characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// reference reads the reference that a text begins with.
func reference(xml string) (text string, n int) {
	end := strings.IndexByte(xml[:min(len(xml), 12)], ';')
	if end < 0 {
		return " ", 1
	}
	name := xml[1:end]
	switch name {
	case "lt", "gt", "amp", "quot", "apos":
		return " ", end + 1
	}
	base := 10
	number, isNumber := strings.CutPrefix(name, "#")
	if hex, ok := strings.CutPrefix(number, "x"); ok {
		number, base = hex, 16
	}
	c, err := strconv.ParseUint(number, base, 21)
	if !isNumber || err != nil || c == 0 || string(rune(c)) == keyMark {
		return " ", end + 1
	}
	return string(rune(c)), end + 1
}

// phrases are the pieces of a question: each is one word, or words that follow each other. begins
// says that the last one may be the beginning of a word.
func phrases(question string) (pieces []string, begins bool) {
	question = strings.NewReplacer("\x00", " ", keyMark, " ").Replace(strings.ToValidUTF8(question, " "))
	for _, piece := range strings.Fields(question) {
		begins = false
		if !strings.ContainsFunc(piece, inWord) {
			continue
		}
		pieces = append(pieces, cut(piece, maxWord))
		last, _ := utf8.DecodeLastRuneInString(piece)
		begins = inWord(last) && len(piece) <= maxWord
		if len(pieces) == maxWords {
			return pieces, begins
		}
	}
	if last, _ := utf8.DecodeLastRuneInString(question); unicode.IsSpace(last) {
		begins = false
	}
	return pieces, begins
}

// inWord says that a character is a part of words, not between them.
func inWord(c rune) bool { return unicode.In(c, unicode.L, unicode.N, unicode.Co, unicode.M) }

// quoted is a text as a string of FTS5, which makes a phrase of it.
func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

// folded are the words of a text as the index has them: in small letters, without accents.
func folded(text string) []string {
	if strings.ContainsFunc(text, func(c rune) bool { return c >= utf8.RuneSelf }) {
		text = strings.Map(func(c rune) rune {
			if unicode.Is(unicode.Mn, c) {
				return -1
			}
			return unicode.ToLower(c)
		}, norm.NFD.String(text))
	} else {
		text = strings.ToLower(text)
	}
	return strings.FieldsFunc(text, func(c rune) bool { return !inWord(c) })
}

// contains says that words follow each other somewhere in a text; the last one may be the beginning
// of a word there.
func contains(text, words []string) bool {
	last := len(words) - 1
	for i := 0; i+last < len(text); i++ {
		if strings.HasPrefix(text[i+last], words[last]) && slices.Equal(text[i:i+last], words[:last]) {
			return true
		}
	}
	return false
}
