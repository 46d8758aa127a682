package report

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
)

func TestACommandLineSaysHowAStanzaWasSent(t *testing.T) {
	for _, c := range []struct {
		flags   []string
		xml     string
		timeout time.Duration
		want    string
	}{
		{[]string{"--demo"}, `<iq type="get" id="a"><ping xmlns="urn:xmpp:ping"/></iq>`, 30 * time.Second, `iqscope send --demo --timeout 30s '<iq type="get" id="a"><ping xmlns="urn:xmpp:ping"/></iq>'`},
		{[]string{"--jid", "o'neil@h"}, `<iq type='get' id='a'/>`, 0, `iqscope send --jid 'o'\''neil@h' --timeout 0 '<iq type='\''get'\'' id='\''a'\''/>'`},
		{nil, `<message to="a@b"/>`, time.Second, `iqscope send --raw '<message to="a@b"/>'`},
		{nil, `<iq type="result" id="a"/>`, time.Second, `iqscope send --raw '<iq type="result" id="a"/>'`},
	} {
		st, err := stanza.Parse(c.xml, stanza.ClientScope())
		if err != nil {
			t.Fatal(err)
		}
		if got := Command(c.flags, st, c.timeout); got != c.want {
			t.Errorf("it is\n%s\nwant\n%s", got, c.want)
		}
	}
}

// What is quoted is one word of the shell, with nothing done to it.
func TestAShellTakesAQuotedWordAsItIs(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("a'\"$`\\\n #;&|<>*?~-!")), rapid.Rune().Filter(func(r rune) bool { return r != 0 }))), 1, 20).Draw(t, "words")
		script := "printf '%s\\0'"
		for _, w := range words {
			script += " " + quoted(w)
		}
		out, err := exec.Command(sh, "-c", script).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); strings.Join(got, "\x01") != strings.Join(words, "\x01") {
			t.Fatalf("the shell has %q of %q", got, words)
		}
	})
}
