package session_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/realserver"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

// usual are the twenty requests that are asked most: kinds of the catalogue with their settings, or a
// payload as it is.
var usual = []struct {
	request, to string
	settings    []string
}{
	{"disco_info", "localhost", nil},
	{"disco_items", "localhost", nil},
	{"ping", "localhost", nil},
	{"version", "localhost", nil},
	{"time", "localhost", nil},
	{"last", "localhost", nil},
	{"roster_get", "", nil},
	{"roster_set", "", []string{"jid=bob@localhost", "name=Bob", "group=A"}},
	{"vcard_get", "", nil},
	{"vcard_set", "", []string{"fn=Alice", "nickname=A"}},
	{"blocklist", "", nil},
	{"block", "", []string{"jid=mallory@example.org"}},
	{"unblock", "", []string{"jid=mallory@example.org"}},
	{"private_set", "", []string{"content=<a xmlns='urn:example:a'>b</a>"}},
	{"private_get", "", []string{"content=<a xmlns='urn:example:a'/>"}},
	{"carbons_enable", "", nil},
	{"carbons_disable", "", nil},
	{"register_get", "", nil},
	{"register", "", []string{"username=alice", "password=alice's secret"}},
	// Last, for on jabberd2 a stream then has two addresses, and each stanza has to say which it is from.
	{"bind, a second time", "", []string{"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"}},
	{"roster_get, after that", "", nil},
}

// TestWhatAnOldServerDoesOtherwise holds the table of docs/old-servers.md to what three servers do.
func TestWhatAnOldServerDoesOtherwise(t *testing.T) {
	t.Parallel()
	servers := []*realserver.Server{realserver.Prosody(t), realserver.Ejabberd(t), realserver.Jabberd2(t)}
	rows := map[string][]string{}
	var names []string
	measured := func(name, cell string) {
		if rows[name] == nil {
			names = append(names, name)
		}
		rows[name] = append(rows[name], cell)
	}
	for _, server := range servers {
		s := login(t, server, "alice")
		offers := offered(s)
		for _, habit := range [][2]string{
			{"SASL by SCRAM", "<mechanism>SCRAM-SHA-1</mechanism>"}, {"SASL by DIGEST-MD5", "<mechanism>DIGEST-MD5</mechanism>"},
			{"login as before SASL (XEP-0078)", "http://jabber.org/features/iq-auth"}, {"stream management (XEP-0198)", "'urn:xmpp:sm:3'"},
		} {
			measured(habit[0], map[bool]string{true: "offered", false: "not offered"}[strings.Contains(strings.ReplaceAll(offers, `"`, "'"), habit[1])])
		}
		for _, row := range usual {
			measured(row.request, outcomeOf(t, s, row.request, row.to, row.settings))
		}
	}
	var table []string
	for _, name := range names {
		if cells := rows[name]; cells[2] != cells[0] || cells[2] != cells[1] {
			table = append(table, "| "+name+" | "+strings.Join(cells, " | ")+" |")
		}
	}
	text, err := os.ReadFile("../docs/old-servers.md")
	if err != nil {
		t.Fatal(err)
	}
	var written []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| what") {
			written = append(written, line)
		}
	}
	if diff := cmp.Diff(written, table); diff != "" {
		t.Errorf("docs/old-servers.md (-) and what was measured (+):\n%s", diff)
	}
}

// offered is what the server has announced on the way to a session.
func offered(s *session.Session) string {
	var all strings.Builder
	for _, e := range s.Journal().Window(nil, 1, 1000) {
		if e.Dir == stanza.In && strings.HasPrefix(e.Stanza.XML(), "<stream:features") {
			all.WriteString(e.Stanza.XML())
		}
	}
	return all.String()
}

// outcomeOf says how a request ends: "result", or type and condition of the error.
func outcomeOf(t *testing.T, s *session.Session, request, to string, settings []string) string {
	t.Helper()
	kind, payload := stanza.Set, strings.Join(settings, "")
	if !strings.HasPrefix(payload, "<") {
		key, _, _ := strings.Cut(request, ",")
		k, err := catalog.Builtin().Kind(key)
		if err != nil {
			t.Fatal(err)
		}
		values := catalog.Values{}
		for _, setting := range settings {
			if err := k.Set(values, setting); err != nil {
				t.Fatal(err)
			}
		}
		if payload, err = k.XML(values); err != nil {
			t.Fatal(err)
		}
		kind = k.Type
	}
	iq, err := iqbuilder.New(kind, iqbuilder.WithPayload(payload), iqbuilder.To(to))
	if err != nil {
		t.Fatal(err)
	}
	asked, err := s.Start(iq)
	if err != nil {
		t.Fatal(err)
	}
	// Who answers at all has done so before it answers what was asked later, or soon after that.
	ping, err := iqbuilder.Get(iqbuilder.WithElement(stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}), iqbuilder.To("localhost"))
	if err != nil {
		t.Fatal(err)
	}
	later, err := s.Start(ping)
	if err != nil {
		t.Fatal(err)
	}
	defer later.Cancel()
	select {
	case <-asked.Done():
	case <-later.Done():
		select {
		case <-asked.Done():
		case <-time.After(2 * time.Second):
			asked.Cancel()
			return "no reply"
		}
	}
	var failed *stanza.IQError
	switch err := asked.Exchange().Err; {
	case err == nil:
		return "result"
	case errors.As(err, &failed):
		return failed.Err.Type + "/" + failed.Err.Condition
	default:
		return err.Error()
	}
}
