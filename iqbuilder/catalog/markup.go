package catalog

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// spot is what a place in a text is part of.
type spot int

const (
	nowhere   spot = iota // a comment, or where nothing can be said
	inText                // between tags
	inName                // the name of an element's first tag
	inTag                 // between attributes, or in the name of one
	inValue               // the value of an attribute
	inClosing             // the name in a closing tag
)

// openTag is the first tag of an element that is not closed, as offsets in the text.
type openTag struct{ name, nameEnd int }

// markup is what a text that is being written says up to a place in it. It need not be well-formed.
type markup struct {
	text   string
	open   []openTag // the elements that are open at the place, the outermost first
	spot   spot
	tag    openTag // that the place is in, if inside says so
	inside bool
	from   int    // where the word begins that the place is in, or the text between tags
	attr   string // whose value it is
}

// mostPopped is how many forgotten closing tags are forgiven at once.
const mostPopped = 8

// readMarkup reads the text up to the place. The time it takes grows no faster than the text.
func readMarkup(text string, to int) markup {
	m := markup{text: text, spot: inText}
	for i := 0; i < to; {
		if text[i] != '<' {
			next := strings.IndexByte(text[i:to], '<')
			if next < 0 {
				return m
			}
			i += next
			continue
		}
		switch rest := text[i:to]; {
		case strings.HasPrefix(rest, "<!--"):
			i = behind(rest, 4, "-->", i)
		case strings.HasPrefix(rest, "<![CDATA["):
			i = behind(rest, 9, "]]>", i)
		case strings.HasPrefix(rest, "<!"), strings.HasPrefix(rest, "<?"):
			i = behind(rest, 2, ">", i)
		case strings.HasPrefix(rest, "</"):
			end := strings.IndexAny(rest[2:], "<>")
			if end < 0 {
				m.spot, m.from = inClosing, i+2
				return m
			}
			m.close(strings.TrimSpace(rest[2 : 2+end]))
			if i += 2 + end; text[i] == '>' {
				i++
			}
		default:
			if i = m.readTag(i, to); i < 0 {
				m.inside = true
				return m
			}
		}
		if i < 0 {
			m.spot = nowhere
			return m
		}
		m.from = i
	}
	return m
}

// behind is where something ends that begins at a place; -1 if it does not end.
func behind(rest string, skip int, end string, at int) int {
	n := strings.Index(rest[min(skip, len(rest)):], end)
	if n < 0 {
		return -1
	}
	return at + skip + n + len(end)
}

// close closes an element, and those in it that were not closed.
func (m *markup) close(name string) {
	for n := 1; n <= min(mostPopped, len(m.open)); n++ {
		if t := m.open[len(m.open)-n]; m.text[t.name:t.nameEnd] == name {
			m.open = m.open[:len(m.open)-n]
			return
		}
	}
}

// readTag reads a tag; it returns -1 if the place is in it.
func (m *markup) readTag(at, to int) int {
	m.tag = openTag{at + 1, nameEnd(m.text, at+1)}
	if m.tag.nameEnd >= to {
		m.spot, m.from = inName, m.tag.name
		return -1
	}
	for i := m.tag.nameEnd; ; {
		a := nextAttr(m.text, i)
		switch {
		case a.name >= to: // or there is no further attribute
			m.spot, m.from = inTag, to
			if !isSpace(m.text[to-1]) || nameEnd(m.text, to) > to {
				m.spot = nowhere // it would not stand apart
			}
			return -1
		case a.nameEnd >= to:
			m.spot, m.from = inTag, a.name
			return -1
		case a.value >= 0 && a.value <= to && a.valueEnd >= to:
			m.spot, m.from, m.attr = inValue, a.value, m.text[a.name:a.nameEnd]
			return -1
		case a.end >= to && a.name < a.nameEnd:
			m.spot = nowhere
			return -1
		}
		if a.name < a.nameEnd {
			i = a.end
			continue
		}
		m.spot = inText
		switch i = a.end; {
		case m.text[i] == '>':
			m.open = append(m.open, m.tag)
			return i + 1
		case m.text[i] == '/' && i+1 < to && m.text[i+1] == '>':
			return i + 2
		case m.text[i] == '<': // the tag was not finished
			m.open = append(m.open, m.tag)
			return i
		case i+1 >= to:
			m.spot = nowhere
			return -1
		}
		i++ // something that does not belong there
	}
}

const spaceChars = " \t\r\n"

// attrAt is an attribute as offsets in the text. Where there is none, name and nameEnd are end.
type attrAt struct {
	name, nameEnd   int
	value, valueEnd int // without the quotes; -1 for none
	end             int
}

// nextAttr is the attribute that comes next in a tag.
func nextAttr(text string, i int) attrAt {
	i = skip(text, i)
	a := attrAt{i, nameEnd(text, i), -1, -1, 0}
	a.end = a.nameEnd
	if a.name == a.nameEnd {
		return a
	}
	j := skip(text, a.nameEnd)
	if j >= len(text) || text[j] != '=' {
		return a
	}
	j = skip(text, j+1)
	a.end = j
	if j >= len(text) || text[j] != '"' && text[j] != '\'' {
		return a
	}
	a.value = j + 1
	n := strings.IndexAny(text[a.value:], text[j:j+1]+"<") // a value has no <, so the quote is missing
	if n < 0 {
		n = len(text) - a.value
	}
	a.valueEnd = a.value + n
	a.end = a.valueEnd
	if a.end < len(text) && text[a.end] == text[j] {
		a.end++
	}
	return a
}

func skip(text string, i int) int {
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// nameEnd is where a name ends that begins there.
func nameEnd(text string, i int) int {
	for ; i < len(text); i++ {
		switch text[i] {
		case ' ', '\t', '\r', '\n', '<', '>', '/', '=', '\'', '"':
			return i
		}
	}
	return i
}

// attrs are the values of a tag's attributes, by name; those behind the place are among them.
func (t openTag) attrs(text string) map[string]string {
	all := map[string]string{}
	for i := t.nameEnd; ; {
		a := nextAttr(text, i)
		if a.name == a.nameEnd {
			return all
		}
		if a.value >= 0 {
			all[text[a.name:a.nameEnd]] = text[a.value:a.valueEnd]
		} else {
			all[text[a.name:a.nameEnd]] = ""
		}
		i = a.end
	}
}

// writtenElement is an element that is being written. What is not declared is jabber:client's.
type writtenElement struct {
	name  stanza.Name
	attrs map[string]string
}

// elements are the open elements, and the one whose tag is given, if any.
func (m *markup) elements(tags []openTag) []writtenElement {
	var all []writtenElement
	for _, t := range tags {
		e := writtenElement{attrs: t.attrs(m.text)}
		prefix, local, prefixed := strings.Cut(m.text[t.name:t.nameEnd], ":")
		declared := "xmlns:" + prefix
		if !prefixed {
			local, declared = prefix, "xmlns"
		}
		e.name = stanza.Name{Space: stanza.NSClient, Local: local}
		if space, ok := e.attrs[declared]; ok {
			e.name.Space = space
		} else {
			for i := len(all) - 1; i >= 0; i-- {
				if space, ok := all[i].attrs[declared]; ok {
					e.name.Space = space
					break
				}
			}
		}
		all = append(all, e)
	}
	return all
}
