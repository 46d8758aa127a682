package negotiate

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xdg-go/scram"

	"iqscope/iqbuilder/stanza"
)

// nsBinding lists the channel bindings that a server knows (XEP-0440).
const nsBinding = "urn:xmpp:sasl-cb:0"

// A binding ties a SCRAM login to the TLS connection it goes through: whoever sits
// in the middle has two of those, and cannot pass the login on (RFC 5056).
type binding struct {
	kind string // "" for none
	data []byte
	// unoffered says that we could bind the login, and the server offers no way.
	// It is told so, under the protection of the login: if that is not true,
	// someone took the offer out, and the server refuses (RFC 5802 §6).
	unoffered bool
}

// bindingKinds are the channel bindings of a TLS version, the best one first.
// tls-unique is not defined for TLS 1.3 (RFC 9266 §3).
func bindingKinds(version uint16) []scram.ChannelBindingType {
	if version >= tls.VersionTLS13 {
		return []scram.ChannelBindingType{scram.ChannelBindingTLSExporter, scram.ChannelBindingTLSServerEndpoint}
	}
	return []scram.ChannelBindingType{scram.ChannelBindingTLSUnique, scram.ChannelBindingTLSServerEndpoint}
}

// bindTo returns the binding to a TLS connection for a server that offers these
// mechanisms and lists these kinds of binding; most list none and mean the one
// that is usual for the TLS version.
func bindTo(state *tls.ConnectionState, mechanisms, listed []string) binding {
	if state == nil {
		return binding{}
	}
	offered := slices.ContainsFunc(mechanisms, func(name string) bool {
		return strings.HasPrefix(name, "SCRAM-") && strings.HasSuffix(name, plusSuffix)
	})
	for _, kind := range bindingKinds(state.Version) {
		if offered && len(listed) > 0 && !slices.Contains(listed, string(kind)) {
			continue
		}
		if data := bindingData(state, kind); data != nil {
			return binding{kind: string(kind), data: data, unoffered: !offered}
		}
		if offered && len(listed) == 0 {
			break // the server can mean no other
		}
	}
	return binding{}
}

// bindingData computes a binding (RFC 5929 §3 and §4, RFC 9266 §2); nil where the
// connection has none, as with a certificate whose hash says nothing.
func bindingData(state *tls.ConnectionState, kind scram.ChannelBindingType) []byte {
	var (
		made scram.ChannelBinding
		err  error
	)
	switch kind {
	case scram.ChannelBindingTLSExporter:
		made, err = scram.NewTLSExporterBinding(state)
	case scram.ChannelBindingTLSServerEndpoint:
		made, err = scram.NewTLSServerEndpointBinding(state)
	case scram.ChannelBindingTLSUnique:
		made = scram.NewTLSUniqueBinding(state.TLSUnique)
	}
	if err != nil || len(made.Data) == 0 {
		return nil
	}
	return made.Data
}

// readBindings reads the kinds of binding that a server lists.
func readBindings(features *stanza.Node) []string {
	var kinds []string
	if list := features.Child(nsBinding, "sasl-channel-binding"); list != nil {
		for _, el := range list.Elements() {
			if kind, ok := el.Attr("type"); ok && el.Name.Local == "channel-binding" {
				kinds = append(kinds, kind)
			}
		}
	}
	return kinds
}

// bindingRefused says that a login failed for its channel binding and not for its
// password. No condition of RFC 6120 §6.5 means that. Prosody sends
// malformed-request, which a wrong password never is; ejabberd sends
// not-authorized for both, and tells them apart in its text alone.
func bindingRefused(err error) bool {
	var refused *AuthError
	if !errors.As(err, &refused) {
		return false
	}
	return refused.Condition == "malformed-request" ||
		refused.Condition == "not-authorized" && strings.Contains(strings.ToLower(refused.Text), "channel binding")
}

// offerTakenOut says what it means that a server refuses the flag y: it was told
// that it offers no binding, and knows better (RFC 5802 §6).
func offerTakenOut(cause error) error {
	return &reason{
		words:  "the server refused a login that is not bound to the TLS connection, though the offer that came here had no way to bind one",
		advice: "Someone on the way may have taken it out of the offer; do not log in on this network.",
		err:    cause,
	}
}

// withoutBinding is the best SCRAM for a server that refused the binding of a
// login: with no weaker hash, and none at all where the user wants a mechanism by
// name, or where a binding worked for the account before.
func (c *circumstances) withoutBinding(refused *mechanism, cause error) (*mechanism, error) {
	var answer *AuthError
	errors.As(cause, &answer)
	words := fmt.Sprintf("the server refused the channel binding %s (%.60q, %.200q), which says nothing about the password",
		c.binding.kind, answer.Condition, answer.Text)
	if before, known := rank(c.remembered); c.wanted == "" && known && mechanisms[before].plus {
		return nil, &reason{
			words:  words + "; this account has logged in with a binding before",
			advice: "Someone may sit in the middle of the connection. If the server did change, say so with --mechanism " + strings.TrimSuffix(refused.name, plusSuffix) + ".",
			err:    cause,
		}
	}
	weakest, _ := rank(strings.TrimSuffix(refused.name, plusSuffix))
	for i := range mechanisms[:weakest+1] {
		m := &mechanisms[i]
		if c.wanted == "" && m.hash != nil && !m.plus && slices.Contains(c.offered, m.name) {
			return m, nil
		}
	}
	return nil, &reason{words: words, advice: "Choose a mechanism without " + plusSuffix + " with --mechanism.", err: cause}
}
