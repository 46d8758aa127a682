package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// names are the addresses that are given, and for - those on standard input, one a line. An address
// that is named twice, however it is spelt, comes once.
func (p *program) names(ctx context.Context, args []string) ([]string, error) {
	var all []string
	seen := map[string]bool{}
	twice := 0
	add := func(name, where string) error {
		jid, err := stanza.ParseJID(name)
		if err != nil {
			return usage("%s%w", where, err)
		}
		if seen[jid.String()] {
			twice++
			return nil
		}
		seen[jid.String()] = true
		all = append(all, name)
		return nil
	}
	read := false
	for _, arg := range args {
		if arg != "-" {
			if err := add(arg, ""); err != nil {
				return nil, err
			}
			continue
		}
		if read {
			return nil, usage("- stands for standard input, which is read once")
		}
		read = true
		text, err := readAll(ctx, p.stdin, maxInput)
		if errors.Is(err, errTooLong) {
			return nil, refuse(errors.New("standard input is longer than 1 MiB"))
		} else if err != nil {
			return nil, err
		}
		for n, line := range strings.Split(text, "\n") {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if err := add(line, fmt.Sprintf("line %d: ", n+1)); err != nil {
				return nil, err
			}
		}
	}
	switch {
	case len(all) == 0:
		return nil, usage("standard input names nobody to ask")
	case twice == 1:
		p.warn([]string{"one name was given twice; who has it is asked once"})
	case twice > 1:
		p.warn([]string{fmt.Sprintf("%d names were given before; who has one is asked once", twice)})
	}
	return all, nil
}
