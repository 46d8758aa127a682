package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const stream = `<?xml version='1.0'?>
<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='localhost'>
<iq type='get' id='1'><query xmlns='jabber:iq:version'/></iq>
<message><body>&lt;iq/&gt;</body></message>
`

func TestCheckTellsByItsStatusWhetherThereAreFindings(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, text string
		status     int
		lines      []string // what each begins with, without the file's name
	}{
		{"clean", "<iq type='get' id='1'><query xmlns='jabber:iq:version'/></iq>\n", 0, nil},
		{"two findings", "<iq type='get'>\n  <a xmlns='x'/>\n  <b xmlns='x'/>\n</iq>", 1, []string{"1:2: error: id-missing: ", "3:3: error: payload-many: "}},
		{"several stanzas", "<presence/>\n<iq type='result' id='1'/> <iq type='ask' id='2'><a xmlns='x'/></iq>", 1, []string{"2:38: error: type-unknown: "}},
		{"a stream", stream + "</stream:stream>", 0, nil},
		{"a stream that goes on", stream, 0, nil},
		{"a stream with a finding", stream + "<iq type='get' id='2'/></stream:stream>", 1, []string{"5:2: error: payload-missing: "}},
		{"broken XML", "<iq type='get' id='1'><a></iq>", 1, []string{"1:28: error: mismatched-tag: "}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "typed.xml")
			if err := os.WriteFile(file, []byte(row.text), 0o600); err != nil {
				t.Fatal(err)
			}
			piped := iqscope(t, nil, "check")
			piped.Stdin = strings.NewReader(row.text)
			named := iqscope(t, nil, "check", file)
			for c, prefix := range map[*command]string{piped: "", named: file + ":"} {
				c.exits(row.status)
				lines := strings.Split(c.stdout.String(), "\n")
				if len(lines)-1 != len(row.lines) || c.stderr.Len() > 0 {
					t.Fatalf("stdout %q, stderr %q; want %d findings", &c.stdout, &c.stderr, len(row.lines))
				}
				for i, want := range row.lines {
					if !strings.HasPrefix(lines[i], prefix+want) || !strings.HasSuffix(lines[i], ")") {
						t.Errorf("finding %d is %q, want %q and a section", i+1, lines[i], prefix+want)
					}
				}
			}
		})
	}
}

func TestCheckRefusesAFileThatIsNotThere(t *testing.T) {
	c := iqscope(t, nil, "check", filepath.Join(t.TempDir(), "none.xml"))
	c.exits(2)
	c.saysOneSentence("none.xml")
}
