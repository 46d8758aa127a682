package session_test

import (
	"errors"
	"strings"
	"testing"

	"iqscope/internal/realserver"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// TestTheCatalogueOnRealServers sends kinds of the catalogue to servers as Debian ships them, and
// holds what comes back to what they are known to say: "" for a result, else the condition. A result
// has nothing in it that the catalogue's payload does not name, but for what forms say of themselves.
func TestTheCatalogueOnRealServers(t *testing.T) {
	const (
		unavailable = "service-unavailable"
		pubsub      = "pubsub.localhost"
		node        = "node=princely_musings"
	)
	for name, start := range map[string]func(testing.TB, ...realserver.Option) *realserver.Server{
		"Prosody": realserver.Prosody, "ejabberd": realserver.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			s := login(t, start(t), "alice")
			own := s.Status().JID
			for _, row := range []struct {
				kind, to          string
				settings          []string
				prosody, ejabberd string
			}{
				{"ping", "localhost", nil, "", ""},
				{"disco_info", "localhost", nil, "", ""},
				{"disco_info", "localhost", []string{"node=nowhere"}, "item-not-found", "item-not-found"},
				{"disco_items", "localhost", []string{"max=2"}, "", ""},
				{"version", "localhost", nil, "", ""},
				{"time", "localhost", nil, "", ""},
				{"last", "localhost", nil, "", ""},
				{"roster_get", "", nil, "", ""},
				{"roster_set", "", []string{"jid=bob@localhost", "name=Bob & Co", "group=A", "group=B"}, "", ""},
				{"roster_get", "", []string{"ver="}, "", ""},
				{"roster_remove", "", []string{"jid=bob@localhost"}, "", ""},
				{"vcard_set", "", []string{"fn=Alice", "given=A", "email=alice@example.org", "photo=YQ==", "photo-type=image/png"}, "", ""},
				{"vcard_get", "", nil, "", ""},
				{"private_set", "", []string{"content=<a xmlns='urn:example:a'><b/>c</a>"}, "", ""},
				{"private_get", "", []string{"content=<a xmlns='urn:example:a'/>"}, "", ""},
				{"block", "", []string{"jid=mallory@example.org", "jid=example.net"}, "", ""},
				{"blocklist", "", nil, "", ""},
				{"unblock", "", nil, "", ""},
				{"carbons_enable", "", nil, "", ""},
				{"carbons_disable", "", nil, "", ""},
				{"register_get", "localhost", nil, "", unavailable},
				{"command_list", "localhost", nil, "", ""},
				// ejabberd 23.01 knows none of XEP-0402's publish-options but the access model.
				{"bookmark_set", "", []string{"room=garden@example.org", "name=Garden", "nick=Alice"}, "", "resource-constraint"},
				{"bookmarks_get", "", nil, "", "item-not-found"},
				{"bookmark_remove", "", []string{"room=garden@example.org"}, "", "item-not-found"},
				{"pubsub_create", pubsub, []string{node, "option[pubsub#max_items]=5"}, "", ""},
				{"pubsub_create", pubsub, []string{node}, "conflict", "conflict"},
				{"pubsub_subscribe", pubsub, []string{node, "jid=" + own.Bare().String()}, "", ""},
				{"pubsub_publish", pubsub, []string{node, "id=1", "content=<a xmlns='urn:example:a'>x</a>"}, "", ""},
				{"pubsub_items", pubsub, []string{node}, "", ""},
				{"pubsub_subscriptions", pubsub, nil, "", ""},
				{"pubsub_configure_get", pubsub, []string{node}, "", ""},
				{"pubsub_configure_set", pubsub, []string{node, "option[pubsub#max_items]=7"}, "", ""},
				{"pubsub_owner_subscriptions", pubsub, []string{node}, "", ""},
				{"pubsub_owner_affiliations", pubsub, []string{node}, "", ""},
				{"pubsub_owner_affiliations_set", pubsub, []string{node, "affiliation.jid=bob@localhost", "affiliation.affiliation=publisher"}, "", ""},
				{"pubsub_retract", pubsub, []string{node, "id=1"}, "", ""},
				{"pubsub_purge", pubsub, []string{node}, "", ""},
				{"pubsub_unsubscribe", pubsub, []string{node, "jid=" + own.Bare().String()}, "", ""},
				{"pubsub_delete", pubsub, []string{node}, "", ""},
			} {
				k, err := catalog.Builtin().Kind(row.kind)
				if err != nil {
					t.Fatal(err)
				}
				values := catalog.Values{}
				for _, setting := range row.settings {
					if err := k.Set(values, setting); err != nil {
						t.Fatal(err)
					}
				}
				payload, err := k.XML(values)
				if err != nil {
					t.Fatal(err)
				}
				iq, err := iqbuilder.New(k.Type, iqbuilder.WithPayload(payload), iqbuilder.To(row.to))
				if err != nil {
					t.Fatal(err)
				}
				want := row.prosody
				if name == "ejabberd" {
					want = row.ejabberd
				}
				reply, err := s.Send(t.Context(), iq)
				got := ""
				var failed *stanza.IQError
				if errors.As(err, &failed) {
					got = failed.Err.Condition
				} else if err != nil {
					got = err.Error()
				}
				if got != want {
					t.Errorf("%s %q to %q: got %q, want %q\n%s", row.kind, row.settings, row.to, got, want, payload)
				}
				if answer := catalog.Builtin().Payload(k.Result); err == nil && answer != nil && reply.Payloads() > 0 {
					if _, err := answer.Read(reply); err != nil && !strings.Contains(reply.XML(), "jabber:x:data") {
						t.Errorf("%s: the answer is not all named: %v\n%s", row.kind, err, reply.XML())
					}
				}
			}
		})
	}
}
