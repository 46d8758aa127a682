package cli

import (
	"strings"
	"testing"
)

const misspelt = `a stanza has no field @tpye; did you mean "type"?`

func TestAFilterThatIsLikelyMisspeltIsWarnedOfOrRefused(t *testing.T) {
	r := run(t, "watch", "--demo", "--for", "0.1", "--filter", "iq@tpye=get")
	r.want(t, exitResult, "", "iqscope: warning: --filter: column 3: "+misspelt+"\niqscope:   iq@tpye=get\niqscope:     ^\n")
	r = run(t, "watch", "--demo", "--for", "0.1", "--strict-fields", "--filter", "iq@tpye=get")
	r.want(t, exitUsage, "", "iqscope: --filter: column 3: "+misspelt)
	run(t, "watch", "--demo", "--for", "0.1", "--strict-fields", "--filter", "iq@type=get").want(t, exitResult, "", "")
}

func TestARuleThatIsLikelyMisspeltIsWarnedOfOrRefused(t *testing.T) {
	s := server(t)
	env := configured(t, profileOfJuliet, demoPassword...)
	path := withRules(t, env, "juliet", "[[rule]]\nname = \"odd\"\nmatch = \"iq@tpye=get\"\ndo = \"silence\"\n")
	args := append([]string{"watch", "--profile", "juliet", "--for", "0.1"}, flags(t, s)[2:]...)
	r := call{args: args, env: env}.run(t.Context())
	r.want(t, exitResult, "", `warning: the rule "odd" in `+path+": column 3: "+misspelt)
	r = call{args: append(args, "--strict-fields"), env: env}.run(t.Context())
	r.want(t, exitUsage, "", `the rule "odd" in `)
	if strings.Contains(r.stderr, "warning") {
		t.Errorf("what is refused is called a warning: %q", r.stderr)
	}
}
