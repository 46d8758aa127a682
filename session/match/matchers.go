package match

import "iqscope/iqbuilder/stanza"

// The matchers that code asks for by name. Each is what its text in the path
// language is, so that a registry can list it and a user can copy it.

// ID fits what carries this id: *@id=….
func ID(id string) *Expr { return stanzaPath(anyName(), textField("id", id)) }

// IDFrom fits what carries this id and comes from exactly this address.
func IDFrom(id string, from stanza.JID) *Expr {
	return stanzaPath(anyName(), textField("id", id), jidField("from", from))
}

// Type fits the IQs of this type.
func Type(t stanza.Type) *Expr {
	return stanzaPath(nameTest{text: "iq", kind: stanza.IQ}, textField("type", string(t)))
}

// Dir fits what went this way.
func Dir(d stanza.Direction) *Expr {
	word := directions[0]
	if d == stanza.Out {
		word = directions[1]
	}
	return stanzaPath(anyName(), textField("dir", word))
}

// From fits what comes from exactly this address.
func From(j stanza.JID) *Expr { return stanzaPath(anyName(), jidField("from", j)) }

// FromBare fits what comes from this account, whatever the resource.
func FromBare(j stanza.JID) *Expr { return stanzaPath(anyName(), jidField("from.bare", j.Bare())) }

// FromDomain fits what comes from this domain or anyone there.
func FromDomain(j stanza.JID) *Expr { return stanzaPath(anyName(), jidField("from.domain", j.Host())) }

// To fits what goes to exactly this address.
func To(j stanza.JID) *Expr { return stanzaPath(anyName(), jidField("to", j)) }

// ToBare fits what goes to this account, whatever the resource.
func ToBare(j stanza.JID) *Expr { return stanzaPath(anyName(), jidField("to.bare", j.Bare())) }

// ToDomain fits what goes to this domain or anyone there.
func ToDomain(j stanza.JID) *Expr { return stanzaPath(anyName(), jidField("to.domain", j.Host())) }

// PayloadName fits the stanzas that carry an element of this name as a child:
// */{ns}name.
func PayloadName(n stanza.Name) *Expr {
	return newPath(step{test: anyName()}, step{test: spacedName(n.Space, n.Local)})
}

func stanzaPath(test nameTest, fields ...*field) *Expr {
	s := step{test: test}
	for _, f := range fields {
		s.preds = append(s.preds, f)
	}
	return newPath(s)
}

func newPath(steps ...step) *Expr {
	p := &path{steps: steps}
	p.prepare()
	return &Expr{p}
}

func textField(name, value string) *field {
	return &field{name: name, op: equals, value: value, attr: attrName(name), own: ownFields[name]}
}

func jidField(name string, j stanza.JID) *field {
	f := textField(name, j.String())
	f.jid = j
	return f
}
