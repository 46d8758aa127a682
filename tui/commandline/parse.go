package commandline

import (
	"errors"
	"fmt"
	"strings"

	"iqscope/internal/nearest"
)

// Parse reads a line: the name of a command and, behind spaces, its argument, which is the rest of
// the line without the spaces around it. A colon before the name is left out. The error is a
// sentence for the user.
func Parse(line string, commands []Command) (name, argument string, err error) {
	name, argument = split(line)
	argument = strings.TrimSpace(argument)
	if name == "" {
		return "", "", errors.New("nothing is typed: a command begins with its name")
	}
	c, ok := find(name, commands)
	switch {
	case !ok:
		return "", "", unknown(name, commands)
	case c.Argument == "" && argument != "":
		return "", "", fmt.Errorf("%s takes no argument, so %q is too much", name, shortened(argument))
	case c.Argument != "" && argument == "" && !c.Optional:
		return "", "", fmt.Errorf("%s needs an argument: %s %s", name, name, c.Argument)
	}
	return name, argument, nil
}

// split returns the name, and all that stands behind the first space after it.
func split(line string) (name, rest string) {
	name, rest, _ = strings.Cut(strings.TrimLeft(line, ": "), " ")
	return name, rest
}

func find(name string, commands []Command) (Command, bool) {
	for _, c := range commands {
		if c.Name == name {
			return c, true
		}
	}
	return Command{}, false
}

func unknown(name string, commands []Command) error {
	known := make([]string, len(commands))
	for i, c := range commands {
		known[i] = c.Name
	}
	meant := nearest.Word(name, known, nearest.Slips(name))
	name = shortened(name)
	if meant == "" {
		return fmt.Errorf("there is no command %q", name)
	}
	return fmt.Errorf("there is no command %q; did you mean %s?", name, meant)
}

// mostQuoted is how many letters of what was typed an error repeats.
const mostQuoted = 40

// shortened is a text that is short enough to be repeated in a sentence.
func shortened(text string) string {
	letters := []rune(text)
	if len(letters) <= mostQuoted {
		return text
	}
	return string(letters[:mostQuoted-1]) + "…"
}
