package demo

import "iqscope/iqbuilder/stanza"

// nsRegister is XEP-0077's.
const nsRegister = "jabber:iq:register"

// registration shows an account its registration, and takes the form for it
// (XEP-0077). It changes nothing: the accounts and their password are the same
// for everyone at every start. So a change that is right in itself is
// not-allowed, and one that is wrong is said to be wrong.
type registration struct{}

func (registration) offer() offer {
	return offer{
		payloads: named(nsRegister, "query"),
		types:    getSet, at: []entity{self, host}, features: []string{nsRegister},
	}
}

var registrationFields = []field{
	{name: "username", typ: "text-single", label: "User name", required: true},
	{name: "password", typ: "text-private", label: "New password", required: true},
}

func (registration) answer(q *query) answer {
	if q.iq.Type() == stanza.Get {
		const instructions = "This is your account. The built-in server refuses to change it; try what its refusal looks like."
		fields := append([]field{{name: "FORM_TYPE", typ: "hidden", values: []string{nsRegister}}}, registrationFields...)
		fields[1].values = []string{q.from.Local()}
		return answer{payload: "<query xmlns='" + nsRegister + "'><registered/>" + element("instructions", instructions) +
			element("username", q.from.Local()) + "<password/>" +
			form{typ: "form", title: "Account", instructions: instructions, fields: fields}.xml() + "</query>"}
	}
	if q.payload().Child(nsRegister, "remove") != nil {
		return failed("not-allowed", "the accounts of the built-in server cannot be removed")
	}
	values := readForm(q.payload())
	if values == nil {
		values = make(submitted)
		for _, f := range registrationFields {
			if n := q.payload().Child(nsRegister, f.name); n != nil {
				values[f.name] = []string{n.Text()}
			}
		}
	}
	if wrong := values.wrong(registrationFields); wrong != "" {
		return failed("bad-request", wrong)
	}
	return failed("not-allowed", "the accounts and the password of the built-in server cannot be changed")
}
