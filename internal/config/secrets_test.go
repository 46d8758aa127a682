package config

import (
	"strings"
	"testing"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

const withSecrets = `
[secrets]
elements = ["{urn:example:app}key"]
attributes = ["{urn:example:app}login token"]
fields = ["pin"]

[profile.work]
jid = "a@b"
[profile.work.secrets]
fields = ["door"]

[profile.home]
`

func TestSecretsAreThoseForAllAndTheProfiles(t *testing.T) {
	f, err := load(t, withSecrets)
	if err != nil {
		t.Fatal(err)
	}
	const xml = "<iq type='set' id='1'><q xmlns='urn:example:app'><key>K</key><login token='L'/>" +
		"<x xmlns='jabber:x:data'><field var='pin'><value>P</value></field><field var='door'><value>D</value></field>" +
		"<field var='password'><value>W</value></field></x></q></iq>"
	el, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		t.Fatal(err)
	}
	for profile, hidden := range map[string]string{"": "KLPW", "home": "KLPW", "other": "KLPW", "work": "KLPWD"} {
		shown, _ := f.SecretsWith(profile).Redact(el)
		for _, secret := range []string{">K<", "'L'", ">P<", ">W<", ">D<"} {
			if want := strings.Contains(hidden, secret[1:2]); strings.Contains(shown.XML(), secret) == want {
				t.Errorf("with the profile %q %s is hidden: %v, want %v", profile, secret, !want, want)
			}
		}
	}
	for key := range f.Profiles["work"].Settings() {
		if key != "jid" {
			t.Errorf("%s is no flag, and a setting", key)
		}
	}
	if f, err := load(t, ""); err != nil || f.SecretsWith("") != (wire.Secrets{}) {
		t.Errorf("without any the list is another than the built-in one; %v", err)
	}
}

func TestMistakesInSecretsAreNamedWithTheirPlace(t *testing.T) {
	const element = `elements: want an element with its namespace, such as "{urn:example:app}key"`
	const attribute = `attributes: want an element and its attribute, such as "{urn:example:app}login token"`
	for _, row := range []struct{ name, text, want string }{
		{"no namespace", "[secrets]\nelements = ['{a}b', 'key']", "2:21: " + element},
		{"an empty one", "[secrets]\nelements = ['{}key']", "2:13: " + element},
		{"one with a space", "[secrets]\nelements = ['{ a}key']", "2:13: " + element},
		{"no name", "[secrets]\nelements = ['{a}']", "2:13: " + element},
		{"a name that is none", "[secrets]\nelements = ['{a}9']", "2:13: " + element},
		{"a name and more", "[secrets]\nelements = ['{a}b c']", "2:13: " + element},
		{"a prefix", "[secrets]\nelements = ['{a}p:b']", "2:13: " + element},
		{"a tag within", "[secrets]\nelements = ['{a}b/><c']", "2:13: " + element},
		{"the stream's", "[secrets]\nelements = ['{http://etherx.jabber.org/streams}stream']", "2:13: elements: the stream's own tag holds no secret"},
		{"no attribute", "[secrets]\nattributes = ['{a}b']", "2:15: " + attribute},
		{"two of them", "[secrets]\nattributes = ['{a}b c d']", "2:15: " + attribute},
		{"a namespace's declaration", "[secrets]\nattributes = ['{a}b xmlns']", "2:15: " + attribute},
		{"an empty field", "[secrets]\nfields = ['a', ' ']", `2:16: fields: want the var of a form's field, such as "pin"`},
		{"no list", "[secrets]\nfields = 'pin'", "2:1: fields: want texts in quotes"},
		{"no text", "[secrets]\nfields = [5]", "2:1: fields: want texts in quotes"},
		{"a slip", "[secrets]\nfeilds = []", `2:1: there is no key "feilds"; did you mean "fields"?`},
		{"no table", "secrets = true", "1:1: secrets: want a table"},
		{"in a profile", "[profile.x.secrets]\nelements = ['key']", "2:13: " + element},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := load(t, row.text); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q in it", err, row.want)
			}
		})
	}
}
