package config

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"iqscope/internal/stricttoml"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// Secrets are places of secrets of one's own, which are hidden as the built-in ones are.
type Secrets struct {
	Elements   []string `toml:"elements"`   // "{namespace}element"
	Attributes []string `toml:"attributes"` // "{namespace}element attribute"
	Fields     []string `toml:"fields"`     // vars of fields of data forms
}

// SecretsWith is what is hidden with a profile in use, "" for none: the built-in list, what the file
// adds to it for all, and what the profile adds.
func (f *File) SecretsWith(profile string) wire.Secrets {
	var more wire.MoreSecrets
	f.Secrets.addTo(&more)
	f.Profiles[profile].Secrets.addTo(&more)
	return wire.NewSecrets(more)
}

func (s Secrets) addTo(more *wire.MoreSecrets) {
	for _, text := range s.Elements {
		name, _ := secretElement(text) // it was read before
		more.Elements = append(more.Elements, name)
	}
	for _, text := range s.Attributes {
		a, _ := secretAttribute(text)
		more.Attributes = append(more.Attributes, a)
	}
	more.Fields = append(more.Fields, s.Fields...)
}

// checkSecrets says where a list of secrets cannot be read.
func (f *File) checkSecrets(document *stricttoml.Document) error {
	err := f.Secrets.check(document, "secrets")
	for _, name := range slices.Sorted(maps.Keys(f.Profiles)) {
		if err == nil {
			err = f.Profiles[name].Secrets.check(document, "profile", name, "secrets")
		}
	}
	return err
}

func (s Secrets) check(document *stricttoml.Document, at ...any) error {
	for _, list := range []struct {
		key   string
		texts []string
		read  func(text string) error
	}{
		{"elements", s.Elements, func(text string) error { _, err := secretElement(text); return err }},
		{"attributes", s.Attributes, func(text string) error { _, err := secretAttribute(text); return err }},
		{"fields", s.Fields, secretField},
	} {
		for i, text := range list.texts {
			if err := list.read(text); err != nil {
				return document.Problem(list.key+": "+err.Error(), append(slices.Clone(at), list.key, i)...)
			}
		}
	}
	return nil
}

// secretElement reads {namespace}element.
func secretElement(text string) (stanza.Name, error) {
	name, ok := spacedName(text)
	if !ok {
		return name, errors.New(`want an element with its namespace, such as "{urn:example:app}key"`)
	}
	return name, notTheStream(name)
}

// secretAttribute reads {namespace}element attribute.
func secretAttribute(text string) (wire.SecretAttribute, error) {
	element, attribute, _ := strings.Cut(text, " ")
	name, ok := spacedName(element)
	if !ok || !isName(attribute) || attribute == "xmlns" {
		return wire.SecretAttribute{}, errors.New(`want an element and its attribute, such as "{urn:example:app}login token"`)
	}
	return wire.SecretAttribute{Element: name, Name: attribute}, notTheStream(name)
}

func secretField(text string) error {
	if strings.TrimSpace(text) == "" {
		return errors.New(`want the var of a form's field, such as "pin"`)
	}
	return nil
}

// notTheStream refuses the stream's own tags, in which nothing is hidden.
func notTheStream(name stanza.Name) error {
	if name == (stanza.Name{Space: stanza.NSStream, Local: "stream"}) {
		return errors.New("the stream's own tag holds no secret")
	}
	return nil
}

// spacedName reads {namespace}name.
func spacedName(text string) (stanza.Name, bool) {
	space, local, ok := strings.Cut(strings.TrimPrefix(text, "{"), "}")
	ok = ok && strings.HasPrefix(text, "{") && strings.TrimSpace(space) == space && space != "" && isName(local)
	return stanza.Name{Space: space, Local: local}, ok
}

// isName says that a text is a name of XML without a prefix.
func isName(text string) bool {
	el, err := stanza.Parse("<"+text+" xmlns='urn:x'/>", stanza.ClientScope())
	return err == nil && el.Name() == stanza.Name{Space: "urn:x", Local: text}
}
