package capture

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// Rules that are about the lines of a recording.
const (
	// RuleNoJSON is of a line that begins as an object of JSON and is none: often the last one of a
	// recording that was not ended.
	RuleNoJSON = "not-json"
	// RuleRecordedFault is of an element that was broken when it was recorded.
	RuleRecordedFault = "recorded-fault"
)

// recorded is a line of a recording: an element, or the header of all.
type recorded struct {
	Time   string  `json:"time"`
	Dir    string  `json:"dir"`
	XML    *string `json:"xml"`
	Broken *string `json:"broken"`

	Recording int    `json:"recording"`
	Account   string `json:"account"`
	Server    string `json:"server"`
	Content   string `json:"content"`
	Lang      string `json:"lang"`
}

func (r *recorded) time() time.Time {
	t, _ := time.Parse(time.RFC3339Nano, r.Time)
	return t
}

// headerOf reads a recording's first line.
func headerOf(text string) Header {
	var r recorded
	line, _ := lineAt(text, 0)
	line = strings.TrimPrefix(line, bom)
	if !strings.HasPrefix(line, "{") || json.Unmarshal([]byte(line), &r) != nil || r.Recording == 0 {
		return Header{}
	}
	return Header{
		Recording: r.Recording, Time: r.time(), Account: r.Account, Server: r.Server, Content: r.Content, Lang: r.Lang,
	}
}

// in is the scope of a recording's stanzas, if it says it.
func (h Header) in(scope stanza.Scope) stanza.Scope {
	switch h.Content {
	case stanza.NSClient:
		scope = stanza.ClientScope()
	case stanza.NSComponent:
		scope = stanza.ComponentScope()
	}
	if h.Lang != "" {
		scope.Lang = h.Lang
	}
	return scope
}

// json reads a recording.
func (l *log) json() {
	for pos := 0; pos < len(l.text) && !l.ended; {
		line, next := lineAt(l.text, pos)
		line = strings.TrimRight(line, spaces)
		text := strings.TrimLeft(line, spaces+bom)
		p := piece{pos: pos + len(line) - len(text), end: pos + len(line), written: true}
		pos = next
		var r recorded
		if !strings.HasPrefix(text, "{") {
			l.skip(text)
			continue
		}
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			l.torn(text, p, err)
			continue
		}
		switch {
		case r.XML == nil && r.Recording == 0:
			l.skip(text)
		case r.XML == nil: // the header
		case r.Broken != nil:
			l.recordedFault(r, p)
		default:
			s := l.enter(mark{lane: lane{dir: directions[r.Dir]}, at: r.time()})
			s.stray = false
			if s.say(*r.XML, p) {
				s.finish()
			}
		}
	}
	l.finish()
}

var directions = map[string]stanza.Direction{"in": stanza.In, "out": stanza.Out}

// torn gives a line that is no JSON.
func (l *log) torn(line string, p piece, err error) {
	l.line(Element{}, line, p, stanza.XMLError{Rule: RuleNoJSON, Detail: "the line is no JSON: " + err.Error()})
}

// recordedFault gives an element that was broken when it came. The fault is where it was in the
// element then: line:column: text.
func (l *log) recordedFault(r recorded, p piece) {
	fault := stanza.XMLError{Rule: RuleRecordedFault, Detail: *r.Broken}
	var line, column int
	if n, _ := fmt.Sscanf(*r.Broken, "%d:%d: ", &line, &column); n == 2 {
		_, fault.Detail, _ = strings.Cut(*r.Broken, ": ")
		at := place{line: 1, column: 1}
		for i := range *r.XML {
			if at.move(*r.XML, i); at.line == line && at.column == column || at.line > line {
				fault.Offset = int64(i)
				break
			}
		}
	}
	l.line(Element{Time: r.time(), Dir: directions[r.Dir]}, *r.XML, p, fault)
}

// line gives a line that is broken as a whole.
func (l *log) line(el Element, xml string, p piece, fault stanza.XMLError) {
	at := l.ruler.at(p.pos)
	el.Stanza = stanza.NewBroken(xml, fault, l.scope)
	el.Pos, el.End = p.pos, p.end
	el.Findings = []iqbuilder.Finding{{
		Rule: string(fault.Rule), Severity: iqbuilder.Fatal, Text: fault.Detail,
		Line: at.line, Column: at.column, Pos: p.pos, End: p.pos,
	}}
	l.give(el)
}
