package prompt

import (
	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/editor"
	"iqscope/tui/row"
)

// Completer says what may stand at the end of what is typed before the cursor: the byte from which
// on it stands there, and the words.
type Completer func(before string) (from int, words []string)

// SetCompleter has [Prompt.Complete] complete what is typed.
func (p *Prompt) SetCompleter(complete Completer) { p.completer = complete }

// SetInfo is said of the answer, in front of the hint.
func (p *Prompt) SetInfo(info safetext.Text) { p.info = info }

// completion is a word that is being completed, as long as nothing else is typed.
type completion struct {
	words         []string
	chosen        int // len(words) for what was typed
	before, after string
	typed         string
	version       uint64 // of the editor, with the chosen one in it
}

// Complete puts the next word that may stand before the cursor there, or with a step of -1 the one
// before; after the last one comes what was typed.
func (p *Prompt) Complete(step int) {
	c := &p.completion
	if len(c.words) == 0 || c.version != p.editor.Version() {
		*c = completion{}
		text, col := p.editor.Text(), p.editor.Cursor().Col
		if p.completer == nil {
			return
		}
		from, words := p.completer(text[:col])
		if len(words) == 0 {
			return
		}
		*c = completion{words: words, chosen: len(words), before: text[:from], typed: text[from:col], after: text[col:]}
	}
	places := len(c.words) + 1
	c.chosen = (c.chosen + step + places) % places
	word := c.typed
	if c.chosen < len(c.words) {
		word = c.words[c.chosen]
	}
	p.editor.Do(editor.SelectAll)
	_ = p.editor.Insert(c.before + word + c.after) // as long as what fits before
	p.editor.SetCursor(editor.Position{Col: len(c.before + word)})
	c.version = p.editor.Version()
	if len(c.words) == 1 {
		*c = completion{} // the next one completes what comes behind it
	}
}

// offered are rows of the words to choose from, round the chosen one; nil if none are offered.
func (p *Prompt) offered(theme themes.Theme, width, height int) []string {
	c := &p.completion
	if len(c.words) == 0 || c.version != p.editor.Version() || height == 0 {
		return nil
	}
	var lines []string
	r, at := row.New(width), 0
	for i, word := range c.words {
		text := safetext.CleanLine(word).Truncate(max(1, width-4))
		if r.Width() > 0 && r.Width()+2+text.Width() > width {
			lines, r = append(lines, r.String()), row.New(width)
		}
		mark, style := theme.NoMarker, theme.Text
		if i == c.chosen {
			mark, style, at = theme.Marker, theme.Selected, len(lines)
		}
		r.Add(safetext.CleanLine(mark), style)
		r.Add(text, style)
		r.Space(1)
	}
	lines = append(lines, r.String())
	first := max(0, min(at-height/2, len(lines)-height))
	lines = lines[first:min(first+height, len(lines))]
	return append(lines, make([]string, height-len(lines))...)
}
