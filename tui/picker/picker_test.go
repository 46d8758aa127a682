package picker

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/catalog"
	"iqscope/themes"
	"iqscope/tui/keys"
)

func full(t testing.TB) *Picker {
	t.Helper()
	p := New()
	p.SetKinds(catalog.Builtin().Kinds())
	return p
}

func keysOf(choices []Choice) []string {
	var all []string
	for _, c := range choices {
		all = append(all, c.id())
	}
	return all
}

func TestTheBestMatchIsOnTop(t *testing.T) {
	for query, want := range map[string]string{
		"pi": "ping", "ping": "ping", "vc": "vcard_get", "vcard": "vcard_get", "com": "command_list", "commands": "command_list", "cl": "command_list",
		"ro": "roster_get", "0092": "version", "xep-0199": "ping", "199": "ping", "urn:xmpp:ping": "ping", "mam": "mam_query", "PING": "ping",
		"software": "version", "archive read": "mam_query", "disco#items": "disco_items", "unreg": "unregister", "mcdstry": "muc_destroy", "destroy room": "muc_destroy", " pi ": "ping",
	} {
		p := full(t)
		p.Type(query)
		if got, _ := p.Selected(); got.id() != want {
			t.Errorf("%q finds %q first, want %s", query, keysOf(p.Found())[:min(3, len(p.Found()))], want)
		}
	}
	p := full(t)
	p.Type("no such thing")
	if c, ok := p.Selected(); ok {
		t.Errorf("nonsense finds %s", c.id())
	}
}

type only []string

func (o only) Support(k *catalog.Kind) (Support, string) {
	switch {
	case slices.Contains(o, k.Key):
		return Supported, "a.example announces it"
	case k.Key == "time":
		return Unknown, ""
	}
	return Unsupported, "a.example does not announce it"
}

func TestWhatIsNotSupportedComesLastAndIsMarked(t *testing.T) {
	p := full(t)
	p.SetSupporter(only{"version", "disco_info"})
	p.SetSize(80, 80)
	if got := keysOf(p.Found())[:3]; !slices.Equal(got, []string{"disco_info", "version", "time"}) {
		t.Errorf("on top are %q", got)
	}
	if len(p.Found()) != len(catalog.Builtin().Kinds()) {
		t.Errorf("only %d are left", len(p.Found()))
	}
	p.Type("pin")
	if c, _ := p.Selected(); c.id() != "ping" {
		t.Errorf("%s is found", c.id())
	}
	if screen := strings.Join(p.View(themes.Plain()), "\n"); !strings.Contains(screen, "✗") || !strings.Contains(screen, "✗ a.example does not announce it.") {
		t.Errorf("the screen does not say that it is not supported:\n%s", screen)
	}
}

func TestTemplatesStandOnTopAndTheSelectionStays(t *testing.T) {
	p := full(t)
	p.Type("ping")
	p.SetTemplates([]Template{{"ping the bot", "<iq/>"}, {"zzz", ""}})
	p.Do(keys.Down)
	p.Do(keys.Up)
	p.SetTemplates([]Template{{"ping", ""}, {"ping the bot", "<iq/>"}, {"zzz", ""}}) // which is found as well
	if c, _ := p.Selected(); c.id() != "ping" {
		t.Errorf("the selection has gone to %s", c.id())
	}
	for range "ping" {
		p.Do(keys.DeleteLeft)
	}
	p.SetTemplates([]Template{{"ping the bot", "<iq/>"}, {"zzz", ""}})
	if c, _ := p.Selected(); c.Template.Name != "ping the bot" {
		t.Errorf("on top is %s", c.id())
	}
	p.Type("the bot")
	if c, _ := p.Selected(); c.Template.Text != "<iq/>" {
		t.Errorf("found is %s", c.id())
	}
}

// What is drawn fits, whatever stands in a file of one's own.
func TestTheViewHasItsSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := New()
		p.SetKinds(catalog.Builtin().Kinds())
		wild := rapid.StringMatching("[a-zé☃𝄞\u202e\x1b\\[2J ]{0,40}")
		p.SetTemplates([]Template{{wild.Draw(t, "name"), wild.Draw(t, "text")}})
		p.Type(wild.Draw(t, "query"))
		width, height := rapid.IntRange(0, 160).Draw(t, "width"), rapid.IntRange(0, 50).Draw(t, "height")
		p.SetSize(width, height)
		for range rapid.IntRange(0, 5).Draw(t, "down") {
			p.Do(keys.Down)
		}
		lines := p.View(themes.Plain())
		if len(lines) != height && width > 0 {
			t.Fatalf("%d lines at %d×%d", len(lines), width, height)
		}
		for _, line := range lines {
			if ansi.StringWidth(line) > width || strings.ContainsAny(line, "\x1b\u202e") {
				t.Fatalf("at %d×%d: %q", width, height, line)
			}
		}
	})
}

// many is the catalogue, made as large as it may become.
func many(t testing.TB) []*catalog.Kind {
	var all []*catalog.Kind
	for i := 0; len(all) < 400; i++ {
		for _, k := range catalog.Builtin().Kinds() {
			one := *k
			if i > 0 {
				one.Key = fmt.Sprintf("%s_%d", k.Key, i)
			}
			all = append(all, &one)
		}
	}
	return all[:400]
}

// A key takes less than 5 ms; that a busy machine keeps the bound it has to be 20 times as large.
func TestAKeyIsQuick(t *testing.T) {
	p := New()
	p.SetKinds(many(t))
	p.SetSize(78, 20)
	begin := time.Now()
	for _, letter := range "command list x" {
		p.Type(string(letter))
		p.View(themes.Plain())
	}
	if took := time.Since(begin) / 14; took > 100*time.Millisecond {
		t.Errorf("a key takes %v", took)
	}
}

// BenchmarkKey is a key among 400 kinds, with what is drawn: 5 ms at most.
func BenchmarkKey(b *testing.B) {
	kinds := many(b)
	for _, query := range []string{"p", "pi", "mam qu", "zqx"} {
		b.Run(strings.ReplaceAll(query, " ", "_"), func(b *testing.B) {
			p := New()
			p.SetKinds(kinds)
			p.SetSize(78, 20)
			p.Type(query[:len(query)-1])
			for b.Loop() {
				p.Type(query[len(query)-1:])
				p.View(themes.Plain())
				p.Do(keys.DeleteLeft)
			}
		})
	}
}
