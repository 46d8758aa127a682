package catalog

import (
	"strings"
	"testing"
)

const meaning = "version = 1\n[[meaning]]\nnamespace = \"urn:xmpp:ping\"\ncondition = \"forbidden\"\ntext = \"No.\"\nfault = \"ours\"\ntry = [\"Ask.\"]\n"

func TestAMeaningOfOnesOwn(t *testing.T) {
	c, err := Builtin().With(File{"own.toml", []byte(meaning)})
	if err != nil {
		t.Fatal(err)
	}
	if m := c.Meaning("urn:xmpp:ping", "forbidden"); m == nil || m.Text != "No." {
		t.Errorf("it is %+v", m)
	}
	if m := Builtin().Meaning("urn:xmpp:ping", "forbidden"); m != nil {
		t.Errorf("what is built in has it, too: %+v", m)
	}
	if c.Meaning("urn:xmpp:ping", "service-unavailable") == nil || len(c.Meanings()) != len(Builtin().Meanings())+1 {
		t.Error("what is built in is gone")
	}
}

func TestMeaningsThatAreNotRightAreRefused(t *testing.T) {
	for change, want := range map[[2]string]string{
		{"forbidden", "forbiden"}:         `own.toml:4:1: there is no condition "forbiden"`,
		{"forbidden", "a b"}:              `own.toml:4:1: there is no condition "a b"`,
		{"urn:xmpp:ping", "urn:example"}:  `own.toml:3:1: there is no payload in the namespace "urn:example"`,
		{`"ours"`, `"mine"`}:              `there is no "mine"`,
		{`text = "No."`, ""}:              "a meaning has a text, a fault and what to try",
		{"version = 1\n", meaning + "\n"}: "what forbidden means there is said already",
	} {
		_, err := Builtin().With(File{"own.toml", []byte(strings.Replace(meaning, change[0], change[1], 1))})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", change, err, want)
		}
	}
}
