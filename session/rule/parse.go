package rule

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// Parse reads "match => action". The name is left empty. The error is a
// *SyntaxError; where the match is wrong, the *match.SyntaxError is its cause.
func Parse(text string, keys match.Keys) (Rule, error) {
	p := &parser{text: text, at: map[string]int{}}
	err := p.read()
	if err == nil {
		_, err = p.rule.check(keys)
	}
	if err == nil {
		return p.rule, nil
	}
	if field, ok := err.(*FieldError); ok {
		e := field.SyntaxError
		e.Text, e.Pos = text, p.at[field.Field]+e.Pos
		err = &e
	}
	return Rule{}, err
}

// parser cuts a rule into its fields; check says what they are worth.
type parser struct {
	text string
	pos  int
	rule Rule
	at   map[string]int // where each field stands
}

func (p *parser) rest() string { return p.text[p.pos:] }
func (p *parser) ended() bool  { return p.pos == len(p.text) }

func (p *parser) skipSpace() {
	p.pos = len(p.text) - len(strings.TrimLeft(p.rest(), spaces))
}

func (p *parser) fail(pos int, words, hint string) error {
	return &SyntaxError{Text: p.text, Pos: pos, Words: words, Hint: hint}
}

// word takes what stands up to white space, an element or quotes.
func (p *parser) word() string {
	p.skipSpace()
	rest := p.rest()
	if end := strings.IndexAny(rest, spaces+`<"'`); end >= 0 {
		rest = rest[:end]
	}
	p.pos += len(rest)
	return rest
}

func (p *parser) read() error {
	arrow, err := p.arrow()
	if err != nil {
		return err
	}
	p.skipSpace()
	p.at["match"] = p.pos
	p.rule.Match = strings.Trim(p.text[p.pos:arrow], spaces)
	p.pos = arrow + len("=>")
	for {
		p.skipSpace()
		from := p.pos
		word := p.word()
		switch {
		case word == "delay":
			err = p.delay(from)
		case word != "" && strings.Contains("+-0123456789", word[:1]):
			err = p.times(from, word)
		default:
			p.at["do"] = from
			p.rule.Do = Action(word)
			return p.action()
		}
		if err != nil {
			return err
		}
	}
}

// arrow finds the => behind the match. In quotes, in the braces of a namespace
// and nowhere else a match can hold one itself. A brace within a value is no
// namespace's.
func (p *parser) arrow() (int, error) {
	for i := 0; i < len(p.text); i++ {
		switch c := p.text[i]; c {
		case '"', '\'', '{':
			closing := c
			if c == '{' {
				closing = '}'
			}
			length := strings.IndexByte(p.text[i+1:], closing)
			if length < 0 {
				return 0, p.fail(i, fmt.Sprintf("the %c that belongs to this %c is missing", closing, c), "write MATCH => ACTION")
			}
			i += length + 1
		case '=', '<', '>':
			if strings.HasPrefix(p.text[i:], "=>") {
				return i, nil
			}
			for i+1 < len(p.text) && !strings.ContainsRune(notBare, rune(p.text[i+1])) {
				i++
			}
		}
	}
	return 0, p.fail(len(p.text), "the => is missing", "write MATCH => ACTION, where the action is one of "+list(Actions()))
}

// notBare are the characters that end a value without quotes (package match).
const notBare = spaces + `/@=!~<>()"'`

func (p *parser) times(from int, number string) error {
	p.skipSpace()
	unit := p.pos
	if word := p.word(); word != "times" && word != "time" {
		return p.fail(unit, `"times" is expected behind the number`, fmt.Sprintf("write %.20s times ACTION", number))
	}
	n, err := strconv.Atoi(number)
	switch {
	case p.rule.Times != 0:
		return p.fail(from, "the number of times stands twice", "")
	case err != nil:
		return p.fail(from, fmt.Sprintf("%.20q is no number", number), "write 3 times ACTION")
	case n < 1:
		return p.fail(from, "a rule acts once at least", "switch it off, or write 1 time ACTION")
	}
	p.at["times"] = from
	p.rule.Times = n
	return nil
}

func (p *parser) delay(from int) error {
	p.skipSpace()
	at := p.pos
	word := p.word()
	d, err := time.ParseDuration(word)
	_, seconds := strconv.ParseFloat(word, 64)
	switch {
	case p.rule.Delay != 0:
		return p.fail(from, "a delay stands here twice", "")
	case err != nil && seconds == nil:
		return p.fail(at, "the unit of the delay is missing", fmt.Sprintf("write delay %.20ss", word))
	case err != nil:
		return p.fail(at, fmt.Sprintf("%.20q is no duration", word), "write delay 500ms, 5s or 1m30s")
	case d <= 0:
		return p.fail(at, "a delay is longer than nothing", "leave it out to answer at once")
	}
	p.at["delay"] = from
	p.rule.Delay = d
	return nil
}

// action reads what stands behind the action's word.
func (p *parser) action() error {
	switch p.rule.Do {
	case Result:
		p.rule.Payload = p.element("payload")
		return p.end("an element is all that can stand behind result")
	case Error:
		return p.failure()
	case Silence, Drop:
		return p.end(fmt.Sprintf("nothing stands behind %s", p.rule.Do))
	}
	return nil
}

func (p *parser) failure() error {
	p.skipSpace()
	from := p.pos
	word := p.word()
	p.at["type"], p.at["condition"] = from, from
	e := &p.rule.Error
	e.Condition = word
	if kind, condition, ok := strings.Cut(word, "/"); ok {
		if kind == "" {
			return p.fail(from, "the error's type is missing before the /", "write "+list(stanza.ErrorTypes()))
		}
		e.Type, e.Condition = kind, condition
		p.at["condition"] = from + len(kind) + len("/")
	}
	p.skipSpace()
	if stanza.CarriesURI(e.Condition) && !p.ended() && !strings.Contains(`<"'`, p.rest()[:1]) {
		p.at["uri"] = p.pos
		e.URI = p.rest()
		if end := strings.IndexAny(e.URI, spaces); end >= 0 {
			e.URI = e.URI[:end]
		}
		p.pos += len(e.URI)
		p.skipSpace()
	}
	if !p.ended() && strings.Contains(`"'`, p.rest()[:1]) {
		p.at["text"] = p.pos
		var err error
		if e.Text, err = p.quoted(); err != nil {
			return err
		}
	}
	p.rule.Extension = p.element("extension")
	return p.end("what an error says needs quotes, and its extension is an element")
}

// quoted takes a text in quotes.
func (p *parser) quoted() (string, error) {
	var b strings.Builder
	rest := p.rest()
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == rest[0]:
			p.pos += i + 1
			return b.String(), nil
		case c != '\\':
			b.WriteByte(c)
		case i+1 < len(rest) && strings.Contains(`\"'`, rest[i+1:i+2]):
			i++
			b.WriteByte(rest[i])
		default:
			return "", p.fail(p.pos+i, `a \ stands before a quote or another \ only`, `write \\`)
		}
	}
	return "", p.fail(p.pos, "the quotes are not closed", "")
}

// element takes the rest when it is XML.
func (p *parser) element(field string) string {
	p.skipSpace()
	p.at[field] = p.pos
	if p.ended() || p.rest()[0] != '<' {
		return ""
	}
	xml := strings.TrimRight(p.rest(), spaces)
	p.pos = len(p.text)
	return xml
}

func (p *parser) end(words string) error {
	if p.skipSpace(); p.ended() {
		return nil
	}
	return p.fail(p.pos, words, `"times" and "delay" stand before the action`)
}
