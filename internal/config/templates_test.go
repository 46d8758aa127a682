package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestATemplateComesBackAsItWasSaved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "iqscope", "templates")
	if all, problems := LoadTemplates(dir); all != nil || problems != nil {
		t.Fatalf("a folder that does not exist has %v, %v", all, problems)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[\t\n\r -~é☃𝄞'"\\]{0,40}<iq/>[\t\n\r -~é☃'"\\]{0,40}`).Draw(t, "text")
		want := Template{Name: "ping it", Text: text, FreshID: rapid.Bool().Draw(t, "fresh")}
		if err := SaveTemplate(dir, want, true); err != nil {
			t.Skip(err) // said, and nothing written
		}
		all, problems := LoadTemplates(dir)
		if diff := cmp.Diff([]Template{want}, all); diff != "" || problems != nil {
			t.Fatalf("%v\n%s", problems, diff)
		}
	})
	if all, _ := LoadTemplates(dir); len(all) != 1 {
		t.Errorf("%d templates are there", len(all))
	}
}

func TestATemplateIsReplacedOnlyWhenThatIsMeant(t *testing.T) {
	dir := t.TempDir()
	first, second := Template{Name: "a", Text: "<iq/>"}, Template{Name: "a", Text: "<iq id='2'/>"}
	if err := SaveTemplate(dir, first, false); err != nil {
		t.Fatal(err)
	}
	if err := SaveTemplate(dir, second, false); !errors.Is(err, ErrTemplateExists) {
		t.Errorf("a second one of the name: %v", err)
	}
	if all, _ := LoadTemplates(dir); cmp.Diff([]Template{first}, all) != "" {
		t.Errorf("there is now %v", all)
	}
	if err := SaveTemplate(dir, second, true); err != nil {
		t.Error(err)
	}
	if err := RemoveTemplate(dir, "a"); err != nil {
		t.Error(err)
	}
	if err := RemoveTemplate(dir, "a"); err != nil {
		t.Errorf("removing it twice: %v", err)
	}
	if all, problems := LoadTemplates(dir); all != nil || problems != nil {
		t.Errorf("there is still %v, %v", all, problems)
	}
}

func TestABrokenTemplateIsToldOfAndLeftAlone(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"good": "version = 1\ntext = '<iq/>'\n", "misspelt": "version = 1\ntxet = '<iq/>'\n", "empty": "version = 1\ntext = ''\n", "broken": "version = ",
	} {
		if err := os.WriteFile(filepath.Join(dir, name+".toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, problems := LoadTemplates(dir)
	if len(all) != 1 || all[0].Name != "good" || len(problems) != 3 {
		t.Errorf("read %v, %v", all, problems)
	}
	for _, err := range problems {
		if strings.Contains(err.Error(), "misspelt.toml") && !strings.Contains(err.Error(), "did you mean \"text\"?") {
			t.Errorf("of a misspelt key: %v", err)
		}
	}
	err := SaveTemplate(dir, Template{Name: "broken", Text: "<iq/>"}, true)
	if text, _ := os.ReadFile(filepath.Join(dir, "broken.toml")); err == nil || string(text) != "version = " {
		t.Errorf("saving over it: %v, and there is %q", err, text)
	}
}

func TestNamesThatAreNoFilesAreRefused(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"", "..", "../x", "a/b", `a\b`, ".hidden", "a\x1b[2J", "a\n", "\u202e", "con", strings.Repeat("x", 200), "\xff"} {
		if err := SaveTemplate(dir, Template{Name: name, Text: "<iq/>"}, true); err == nil || strings.ContainsAny(err.Error(), "\x1b\n\u202e") {
			t.Errorf("saving as %q: %v", name, err)
		}
		if err := RemoveTemplate(dir, name); err == nil {
			t.Errorf("removing %q", name)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("there is %v", entries)
	}
}

func TestADiskThatRefusesIsToldOf(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file") // which stands where the folder is to be
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := SaveTemplate(dir, Template{Name: "a", Text: "<iq/>"}, true); err == nil || !strings.HasPrefix(err.Error(), "the template is not saved") {
		t.Errorf("%v", err)
	}
}
