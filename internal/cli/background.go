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

// askBackground asks for the background (xterm's OSC 11), and then for the cursor, which all
// terminals tell: its answer says that there will be none to the first question.
const askBackground = "\x1b]11;?\x1b\\\x1b[6n"

var (
	backgroundAnswer = regexp.MustCompile(`\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})[^\x07\x1b]*(?:\x07|\x1b\\)`)
	cursorAnswer     = regexp.MustCompile(`\x1b\[\d+;\d+R`)
)

// screenInput is the screen's keyboard: the terminal, without the answers to what was asked of it
// that come after their time.
type screenInput struct {
	*os.File
	typed []byte // while the terminal was asked
	late  bool   // an answer may come yet
}

func (in *screenInput) Read(to []byte) (int, error) {
	n, err := in.File.Read(to)
	if !in.late {
		return n, err
	}
	// An answer is written at once, so that it stands within what is read at once.
	rest := withoutAnswers(to[:n])
	in.late = !cursorAnswer.Match(to[:n]) // it is the last
	return copy(to, rest), err
}

func withoutAnswers(read []byte) []byte {
	return cursorAnswer.ReplaceAll(backgroundAnswer.ReplaceAll(read, nil), nil)
}

// background is the terminal's, for which it may ask it. The keyboard takes what comes in between.
func (p *program) background(keyboard *screenInput) themes.Background {
	asks := true
	for _, mute := range []string{"screen", "tmux", "dumb", "linux"} { // they do not tell, or cannot
		asks = asks && !strings.HasPrefix(p.getenv("TERM"), mute)
	}
	if runtime.GOOS != "windows" && asks {
		if read, err := askTerminal(keyboard.File, p.stdout, askBackground); err == nil {
			keyboard.typed = withoutAnswers(read)
			keyboard.late = !cursorAnswer.Match(read)
			if answer := backgroundAnswer.FindSubmatch(read); answer != nil {
				return shade(dark(answer[1:]))
			}
		}
	}
	return byVariable(p.getenv("COLORFGBG"))
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

// askTerminal writes a question to the terminal and returns what comes from there until the cursor's place
// is told, or the time is up.
func askTerminal(terminal *os.File, to io.Writer, question string) ([]byte, error) {
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
	for part := make([]byte, 256); !cursorAnswer.Match(all.Bytes()); {
		n, err := reader.Read(part)
		all.Write(part[:n])
		if err != nil {
			break // the time is up
		}
	}
	return all.Bytes(), nil
}
