package session_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"iqscope/internal/realserver"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/disco"
)

// TestWhatRealServersSupport holds what is said to be supported against what servers as Debian ships
// them announce. That they do what they announce is the business of
// TestTheCatalogueOnRealServers.
func TestWhatRealServersSupport(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	t.Parallel()
	const yes, no = disco.Yes, disco.No
	for name, start := range map[string]func(testing.TB, ...realserver.Option) *realserver.Server{
		"Prosody": realserver.Prosody, "ejabberd": realserver.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			s := login(t, start(t), "alice")
			for _, to := range []string{"", "localhost", "pubsub.localhost"} {
				e := discovered(t, s, disco.Query{JID: to})
				if e.Infos.Err != nil {
					t.Fatalf("%q: %v", to, e.Infos.Err)
				}
			}
			for _, row := range []struct {
				kind, to          string
				prosody, ejabberd disco.Answer
			}{
				{"ping", "localhost", yes, yes},
				{"ping", "pubsub.localhost", no, no},
				{"disco_info", "", yes, yes},
				{"disco_items", "localhost", yes, yes},
				{"version", "localhost", yes, yes},
				{"version", "pubsub.localhost", no, no},
				{"time", "localhost", yes, yes},
				{"last", "", yes, yes},
				{"roster_get", "", yes, yes},
				{"roster_get", "localhost", no, no},
				{"vcard_get", "", yes, yes},
				{"blocklist", "", yes, yes},
				{"carbons_enable", "", yes, yes},
				{"register_get", "localhost", yes, no},
				{"command_list", "localhost", yes, yes},
				{"command_list", "pubsub.localhost", no, yes},
				{"pubsub_publish", "", yes, yes},
				{"pubsub_publish", "pubsub.localhost", yes, yes},
				{"pubsub_publish", "localhost", no, yes},
				{"mam_query", "", yes, yes},
				{"mam_query", "pubsub.localhost", no, no},
				{"muc_rooms", "pubsub.localhost", no, no},
				{"upload_slot", "localhost", no, no},
				{"push_enable", "", no, no},
				{"bookmarks_get", "", yes, yes},
			} {
				k, err := catalog.Builtin().Kind(row.kind)
				if err != nil {
					t.Fatal(err)
				}
				want := row.prosody
				if name == "ejabberd" {
					want = row.ejabberd
				}
				if got, why := disco.Support(k, s.Discovered().Facts(row.to)); got != want {
					t.Errorf("%s of %q: %d (%s), want %d", row.kind, row.to, got, why, want)
				}
			}
			items := discovered(t, s, disco.Query{JID: "localhost", Part: disco.AskItems}).Items.List
			if !slices.ContainsFunc(items, func(i disco.Item) bool { return i.JID == "pubsub.localhost" }) {
				t.Errorf("the items of the server are %+v", items)
			}
			if e := discovered(t, s, disco.Query{JID: "localhost", Node: "nowhere"}); !errors.Is(e.Infos.Err, stanza.ItemNotFound) {
				t.Errorf("a node that is not there: %+v", e.Infos)
			}
		})
	}
}

// discovered asks, and waits for the end.
func discovered(t *testing.T, s *session.Session, q disco.Query) disco.Entry {
	t.Helper()
	if err := s.Discover(q); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		e := s.Discovered().Get(q.JID, q.Node)
		if state := [...]disco.State{e.Infos, e.ItemsState}[q.Part]; !state.At.IsZero() && state.Since.IsZero() {
			return e
		}
		if time.Now().After(end) {
			t.Fatalf("%+v has no answer", q)
		}
	}
}
