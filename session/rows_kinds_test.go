package session_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/realserver"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/handler"
)

// prefs is a file of the user's with a field of every sort, in what is stored in private XML
// (XEP-0049): a server gives it back as it was.
const prefs = `
[[payload]]
key = "private"
element = "query"
namespace = "jabber:iq:private"
replace = true
[[payload.field]]
name = "theme"
path = "{urn:example:prefs}prefs/@theme"
[[payload.field]]
name = "motto"
path = "{urn:example:prefs}prefs/motto"
languages = true
[[payload.field]]
name = "sound"
path = "{urn:example:prefs}prefs/sound"
type = "flag"
[[payload.field]]
name = "greeting"
path = "{urn:example:prefs}prefs/greeting"
[[payload.field]]
name = "shortcut"
path = "{urn:example:prefs}prefs/shortcut"
type = "list"
[[payload.field.column]]
name = "key"
path = "@key"
[[payload.field.column]]
name = "does"
path = "does"

[[kind]]
key = "prefs_get"
title = "What are my preferences?"
type = "get"
payload = "private"
verb = "{urn:example:prefs}prefs"
result = "private"
[[kind]]
key = "prefs_set"
title = "Keep my preferences"
type = "set"
payload = "private"
verb = "{urn:example:prefs}prefs"
result = "empty"
`

// knowing are kinds with those of a file.
func knowing(t *testing.T, text string) func(*session.Config) {
	t.Helper()
	kinds, err := catalog.Builtin().With(catalog.File{Name: "own.toml", Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return func(c *session.Config) { c.Kinds = kinds }
}

// The rows of docs/acceptance-rows.md that are about kinds, on both servers.
func TestRowsOfKinds(t *testing.T) {
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		t.Run("row 53: kinds are found, sent by name, and their answers read by name", func(t *testing.T) {
			s := login(t, server, "alice")
			for key, words := range map[string][]string{
				"disco_info": {"disco#info"}, "vcard_set": {"xep-0054", "SET"}, "pubsub_publish": {"jabber.org/protocol/pubsub", "publish"}, "ping": {"ping"},
			} {
				if found := s.Kinds().Search(words...); !slices.ContainsFunc(found, func(k *catalog.Kind) bool { return k.Key == key }) || len(found) == len(s.Kinds().Kinds()) {
					t.Errorf("%q finds %d kinds, and %s is not among them", words, len(found), key)
				}
			}
			ask := func(kind string, values catalog.Values, to string) catalog.Fields {
				t.Helper()
				reply, err := s.Ask(t.Context(), kind, values, iqbuilder.To(to))
				if err != nil {
					t.Fatalf("%s: %v", kind, err)
				}
				k, err := s.Kinds().Kind(kind)
				if err != nil {
					t.Fatal(err)
				}
				return s.Kinds().Of(reply, k.Result)
			}
			info := ask("disco_info", nil, "localhost")
			if !slices.ContainsFunc(info.Rows("identity"), func(row catalog.Values) bool { return slices.Equal(row["category"], []string{"server"}) }) ||
				!slices.Contains(info.All("feature"), "urn:xmpp:ping") {
				t.Errorf("the server is %v", info.Values())
			}

			card := catalog.Values{"fn": {"Alice & Co"}, "given": {"Alice"}, "email": {"alice@example.org"}}
			ask("vcard_set", card, "")
			got := ask("vcard_get", nil, "")
			for key, want := range card {
				if !slices.Equal(got.All(key), want) {
					t.Errorf("of the card, %s is %q", key, got.All(key))
				}
			}

			node := catalog.Values{"node": {"row53"}}
			ask("pubsub_create", node, "pubsub.localhost")
			defer ask("pubsub_delete", node, "pubsub.localhost")
			ask("pubsub_publish", catalog.Values{"node": {"row53"}, "id": {"1"}, "content": {"<a xmlns='urn:a'>x</a>"}}, "pubsub.localhost")
			items := ask("pubsub_items", node, "pubsub.localhost")
			if rows := items.Rows("item"); len(rows) != 1 || !slices.Equal(rows[0]["id"], []string{"1"}) || !strings.Contains(strings.Join(rows[0]["content"], ""), ">x</a>") {
				t.Errorf("the items are %v", items.Values())
			}
		})
		t.Run("row 54: fields of every sort come back as they were, and what is empty goes", func(t *testing.T) {
			s := loginWith(t, server, "alice", knowing(t, prefs))
			kinds := s.Kinds()
			iq, err := iqbuilder.Set(kinds.Request("prefs_set", nil))
			if err != nil {
				t.Fatal(err)
			}
			kept := catalog.Values{
				"theme": {"dark <&>"}, "motto": {"onward"}, "motto[de]": {"vorwärts"}, "sound": {"true"}, "greeting": {"hi"},
				"shortcut[1].key": {"F1"}, "shortcut[1].does": {"help"}, "shortcut[2].key": {"F2"},
			}
			store := func(change func(catalog.Fields) (*stanza.Stanza, error)) {
				t.Helper()
				if iq, err = change(kinds.Of(iq, "private")); err != nil {
					t.Fatal(err)
				}
				if iq, err = iqbuilder.Change(iq, iqbuilder.ID(iqbuilder.NewID())); err != nil {
					t.Fatal(err)
				}
				if _, err := s.Send(t.Context(), iq); err != nil {
					t.Fatal(err)
				}
			}
			wants := func(when string, want catalog.Values) {
				t.Helper()
				reply, err := s.Ask(t.Context(), "prefs_get", nil)
				if err != nil {
					t.Fatal(err)
				}
				before := reply.XML()
				if diff := cmp.Diff(want, kinds.Of(reply, "private").Values()); diff != "" {
					t.Errorf("%s: %s\n%s", when, diff, before)
				}
				if reply.XML() != before { // row 57
					t.Errorf("%s: reading has changed the reply", when)
				}
			}
			store(func(f catalog.Fields) (*stanza.Stanza, error) { return f.SetAll(kept) })
			wants("stored", kept)

			store(func(f catalog.Fields) (*stanza.Stanza, error) {
				return f.Append("shortcut", catalog.Values{"key": {"F3"}, "does": {"quit"}})
			})
			kept["shortcut[3].key"], kept["shortcut[3].does"] = []string{"F3"}, []string{"quit"}
			wants("with one more row", kept)

			gone := catalog.Values{"theme": nil, "motto[de]": nil, "sound": nil, "greeting": nil, "shortcut[3].key": nil, "shortcut[3].does": nil}
			store(func(f catalog.Fields) (*stanza.Stanza, error) { return f.SetAll(gone) })
			for key := range gone {
				delete(kept, key)
			}
			wants("with empty ones", kept)
		})
		t.Run("row 55: a kind of one's own is added while the program runs, sent, and answered", func(t *testing.T) {
			alice, bob := loginWith(t, server, "alice", knowing(t, customTOML)), loginWith(t, server, "bob", knowing(t, customTOML))
			handles(t, bob, handler.Responder("CustomXEP", handler.MustPath("iq/custom_xep", customKeys),
				func(_ context.Context, in handler.Event) (handler.Answer, error) {
					asked := bob.Kinds().Of(in.Stanza, "custom_xep")
					if in.Stanza.Type() == stanza.Set && asked.Get("answer") != "42" {
						return handler.Answer{}, stanza.NotAllowed
					}
					return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza), bob.Kinds().Answer("custom_xep", catalog.Values{"answer": {"42"}})))
				}))
			to := iqbuilder.To(bob.Status().JID.String())
			reply, err := alice.Ask(t.Context(), "custom_get", nil, to)
			if err != nil {
				t.Fatal(err)
			}
			if got := alice.Kinds().Of(reply, "custom_xep").Get("answer"); got != "42" {
				t.Errorf("the answer is %q", got)
			}
			if _, err := alice.Ask(t.Context(), "custom_set", catalog.Values{"answer": {"43"}}, to); failure(t, err).Condition != "not-allowed" {
				t.Errorf("another answer: got %v", err)
			}
			if _, err := alice.Ask(t.Context(), "custom_set", catalog.Values{"answer": {"many"}}, to); err == nil || !strings.Contains(err.Error(), "custom_set: answer: ") {
				t.Errorf("an answer that is none: got %v", err)
			}

			for name, row := range map[string]struct{ text, want string }{
				"a key that is taken":       {strings.Replace(customTOML, `"custom_get"`, `"ping"`, 1), `own.toml:12:1: the key ping is taken by "Ping" of XEP-0199`},
				"a payload that is known":   {strings.Replace(customTOML, `"custom-xep"`, `"jabber:iq:version"`, 1), "own.toml:4:1: {jabber:iq:version}query is known already, as version of XEP-0092"},
				"a key that is misspelt":    {strings.Replace(customTOML, "title", "titel", 1), `own.toml:13:1: there is no key "titel"; did you mean "title"?`},
				"a type that there is none": {strings.Replace(customTOML, `"uint"`, `"int"`, 1), `did you mean "uint"?`},
			} {
				_, err := catalog.Builtin().With(catalog.File{Name: "own.toml", Text: []byte(row.text)})
				if err == nil || !strings.Contains(err.Error(), row.want) {
					t.Errorf("%s: got %v, want %s", name, err, row.want)
				}
			}
		})
	})
}
