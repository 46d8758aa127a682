package cli

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/muesli/cancelreader"
	"golang.org/x/term"

	"iqscope/themes"
)

// backgroundPatience is how long the terminal may take to tell its background: what nobody
// notices before the first frame. Lip Gloss would wait five seconds for each answer.
const backgroundPatience = 200 * time.Millisecond

// What is asked: the background (xterm's OSC 11), and then the cursor, which all terminals tell: its
// answer says that there will be none to the first question.
const (
	askBackground = "\x1b]11;?\x1b\\"
	askCursor     = "\x1b[6n"
)

// A multiplexer may answer itself (tmux from 3.4 on) or hand the question on to the terminal that it
// is shown in, if it is wrapped so (tmux with allow-passthrough). Whether the terminal will answer
// nothing tells: what the multiplexer says of its own cursor comes first.
const (
	askThroughTmux   = "\x1bPtmux;\x1b\x1b]11;?\a\x1b\\"
	askThroughScreen = "\x1bP\x1b]11;?\a\x1b\\"
)

var (
	backgroundAnswer = regexp.MustCompile(`\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})[^\x07\x1b]*(?:\x07|\x1b\\)`)
	cursorAnswer     = regexp.MustCompile(`\x1b\[\d+;\d+R`)
)

// screenInput is the screen's keyboard: the terminal, without the answers to what was asked of it
// that come after their time.
type screenInput struct {
	*os.File
	typed []byte // while the terminal was asked
	// late says that answers may come yet: up to that of the cursor, or through a multiplexer at any
	// time.
	late, through bool
}

func (in *screenInput) Read(to []byte) (int, error) {
	n, err := in.File.Read(to)
	// An answer is written at once, so that it stands within what is read at once.
	switch {
	case in.through:
		return copy(to, backgroundAnswer.ReplaceAll(to[:n], nil)), err
	case in.late:
		rest := withoutAnswers(to[:n])
		in.late = !cursorAnswer.Match(to[:n]) // it is the last
		return copy(to, rest), err
	}
	return n, err
}

func withoutAnswers(read []byte) []byte {
	return cursorAnswer.ReplaceAll(backgroundAnswer.ReplaceAll(read, nil), nil)
}

// background is the terminal's, for which it may ask it. The keyboard takes what comes in between.
func (p *program) background(keyboard *screenInput) themes.Background {
	question, last := p.question()
	if question == "" || runtime.GOOS == "windows" {
		return byVariable(p.getenv("COLORFGBG"))
	}
	if read, err := askTerminal(keyboard.File, p.stdout, question, last); err == nil {
		if last == cursorAnswer {
			keyboard.typed, keyboard.late = withoutAnswers(read), !cursorAnswer.Match(read)
		} else {
			keyboard.typed, keyboard.through = backgroundAnswer.ReplaceAll(read, nil), true
		}
		if answer := backgroundAnswer.FindSubmatch(read); answer != nil {
			return shade(dark(answer[1:]))
		}
	}
	return byVariable(p.getenv("COLORFGBG"))
}

// question is what to ask the terminal, and the answer after which there is none to wait for; "" for
// one that does not tell.
func (p *program) question() (question string, last *regexp.Regexp) {
	name := p.getenv("TERM")
	switch {
	case name == "dumb", strings.HasPrefix(name, "linux"):
		return "", nil
	case p.getenv("TMUX") != "", strings.HasPrefix(name, "tmux"):
		return askBackground + askThroughTmux, backgroundAnswer
	case p.getenv("STY") != "", strings.HasPrefix(name, "screen"): // tmux drops what is for screen
		return askBackground + askThroughScreen, backgroundAnswer
	}
	return askBackground + askCursor, cursorAnswer
}

// byVariable reads what some terminals tell by COLORFGBG, foreground;background, of which 7 and
// 9 to 15 are light.
func byVariable(colours string) themes.Background {
	number, err := strconv.Atoi(colours[strings.LastIndexByte(colours, ';')+1:])
	if err != nil {
		return themes.UnknownBackground
	}
	return shade(number < 7 || number == 8)
}

func shade(dark bool) themes.Background {
	if dark {
		return themes.DarkBackground
	}
	return themes.LightBackground
}

// dark says that a colour, as red, green and blue in hexadecimal digits, is nearer to black.
func dark(colour [][]byte) bool {
	darkest, lightest := 1.0, 0.0
	for _, digits := range colour {
		value, _ := strconv.ParseUint(string(digits), 16, 16) // the expression saw to it
		share := float64(value) / float64(uint(1)<<(4*len(digits))-1)
		darkest, lightest = min(darkest, share), max(lightest, share)
	}
	return darkest+lightest < 1
}

// askTerminal writes a question to the terminal and returns what comes from there up to the last
// answer, or until the time is up.
func askTerminal(terminal *os.File, to io.Writer, question string, last *regexp.Regexp) ([]byte, error) {
	state, err := term.MakeRaw(int(terminal.Fd()))
	if err != nil {
		return nil, err
	}
	defer term.Restore(int(terminal.Fd()), state)
	reader, err := cancelreader.NewReader(terminal)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	if _, err := io.WriteString(to, question); err != nil {
		return nil, err
	}
	timer := time.AfterFunc(backgroundPatience, func() { reader.Cancel() })
	defer timer.Stop()
	var all bytes.Buffer
	for part := make([]byte, 256); !last.Match(all.Bytes()); {
		n, err := reader.Read(part)
		all.Write(part[:n])
		if err != nil {
			break // the time is up
		}
	}
	return all.Bytes(), nil
}
