package cli

import (
	"regexp"
	"strings"
	"testing"
)

var sequences = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestColoursAreForTerminalsUnlessAskedFor(t *testing.T) {
	args := []string{"send", "--demo", ping}
	plain := run(t, args...)
	plain.want(t, exitResult, "<iq", "")
	for _, row := range []struct {
		args []string
		want bool
	}{
		{nil, false}, {[]string{"--color", "never"}, false}, {[]string{"--color", "always"}, true},
		{[]string{"--color", "always", "-o", "json"}, false}, {[]string{"--color", "always", "-o", "raw"}, false},
	} {
		r := run(t, append(args, row.args...)...)
		if got := strings.Contains(r.stdout, "\x1b["); got != row.want || r.code != exitResult {
			t.Errorf("with %q there are colours: %v; %q", row.args, got, r.stdout)
		}
		if bare := sequences.ReplaceAllString(r.stdout, ""); row.want && strings.ContainsRune(bare, '\x1b') || !strings.Contains(bare, "id=\"p1\"") && !strings.Contains(bare, "p1") {
			t.Errorf("without its colours it is %q", bare)
		}
	}
	run(t, append(args, "--color", "blue")...).want(t, exitUsage, "", "--color is one of auto, always, never")
	for _, env := range [][]string{{"NO_COLOR=1", "TERM=xterm"}, {"TERM=dumb"}} {
		p := &program{environ: env}
		if p.highlighter(true) != nil {
			t.Errorf("a terminal with %q gets colours", env)
		}
	}
	if p := (&program{environ: []string{"TERM=xterm"}}); p.highlighter(true) == nil || p.highlighter(false) != nil {
		t.Error("a terminal gets no colours, or a pipe does")
	}
}

func TestColouringLeavesTheTextAsItIs(t *testing.T) {
	p := &program{}
	p.flags.colour = colourAlways
	h := p.highlighter(false)
	for _, text := range []string{"<a b='ü'>\n  <!-- x -->é</a>", "", "12:00 ← 5\n<a/>", "<iq\n  a=\"&lt;\"\n/>\n"} {
		if got := sequences.ReplaceAllString(coloured(h, text), ""); got != text {
			t.Errorf("%q has become %q", text, got)
		}
	}
}
