package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

var errTooLong = errors.New("the input is too long")

// readAll reads to the end, unless that is further away than most, or the person
// has had enough.
func readAll(ctx context.Context, from io.Reader, most int64) (string, error) {
	type result struct {
		text []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		text, err := io.ReadAll(io.LimitReader(from, most+1))
		read <- result{text, err}
	}()
	select {
	case <-ctx.Done(): // the reading may never end, but the program does
		return "", &exit{exitInterrupted, errors.New("interrupted")}
	case r := <-read:
		switch {
		case r.err != nil:
			return "", refuse(r.err)
		case int64(len(r.text)) > most:
			return "", errTooLong
		}
		return string(r.text), nil
	}
}

// fileOrInput reads the file that is named, or standard input, for which the name is "". nothing is
// said when there is neither; what ends the sentence of a text that is too long.
func (p *program) fileOrInput(ctx context.Context, args []string, most int64, nothing, what string) (text, name string, err error) {
	from := p.stdin
	if len(args) == 1 && args[0] != "-" {
		name = args[0]
		f, err := os.Open(name)
		if err != nil {
			return "", "", refuse(err)
		}
		defer f.Close()
		from = f
	} else if _, ok := terminalOf(p.stdin); ok && len(args) == 0 {
		return "", "", usage("%s", nothing)
	}
	text, err = readAll(ctx, from, most)
	if errors.Is(err, errTooLong) {
		err = refuse(fmt.Errorf("%s is longer than %d MiB, the most that is %s", orStdin(name), most>>20, what))
	}
	return text, name, err
}
