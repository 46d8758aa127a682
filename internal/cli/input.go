package cli

import (
	"context"
	"errors"
	"io"
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
