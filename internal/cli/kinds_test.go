package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"iqscope/session/demo"
)

// ownKind is a file of the catalogue with a kind of one's own.
const ownKind = "[[payload]]\nkey = 'custom_xep'\nelement = 'query'\nnamespace = 'custom-xep'\n" +
	"[[kind]]\nkey = 'custom_get'\ntitle = 'Ask'\ntype = 'get'\npayload = 'custom_xep'\n" +
	"[[kind.field]]\nname = 'answer'\npath = 'answer'\n"

// ownKinds is an environment whose configuration has the file among its kinds.
func ownKinds(t *testing.T, text string) (env []string, path string) {
	t.Helper()
	base := t.TempDir()
	path = filepath.Join(base, "iqscope", "kinds", "mine.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"XDG_CONFIG_HOME=" + base}, path
}

func TestTheKindsAreListed(t *testing.T) {
	run(t, "kinds").want(t, exitResult, "ping                            get  XEP-0199  Ping\n", "")
	all := lines(t, run(t, "kinds", "list", "--output", "json").stdout)
	if len(all) < 60 {
		t.Errorf("there are %d kinds", len(all))
	}
	for _, kind := range all {
		wantKeys(t, kind, "key", "title", "xep", "status", "type", "namespace", "element", "verb")
		if kind["key"] == "pubsub_publish" {
			for key, want := range map[string]any{"xep": "XEP-0060", "status": "Stable", "type": "set", "namespace": "http://jabber.org/protocol/pubsub", "element": "pubsub", "verb": "publish"} {
				if kind[key] != want {
					t.Errorf("%s is %v", key, kind[key])
				}
			}
		}
	}
}

func TestAKindIsShown(t *testing.T) {
	r := run(t, "kinds", "show", "vcard_set")
	for _, want := range []string{
		"vcard_set: Set my vCard\n", "danger    The card takes the place of the old one", "request   set {vcard-temp}vCard\n", "to        account\n",
		"field     photo (base64, only one of: photo): the picture itself\n", "result    empty\n", "error     forbidden/auth: ", "next      vcard_get\n",
		"document  XEP-0054, vcard-temp, Active\n", "https://xmpp.org/extensions/xep-0054.html#usecases\n",
	} {
		r.want(t, exitResult, want, "")
	}
	run(t, "kinds", "show", "muc_destroy").want(t, exitResult, "field     password (text, secret): ", "")
	run(t, "kinds", "show", "roster_get").want(t, exitResult, "  field   item[1].group (text, repeated)\n", "")
	run(t, "kinds", "show", "roster_get").want(t, exitResult, "  field     both: each sees the other's\n", "")
	run(t, "kinds", "show", "upload_slot").want(t, exitResult, "error     not-acceptable/modify + file-too-large: ", "")
	run(t, "kinds", "show", "ping").want(t, exitResult, "fields    none\n", "")

	shown := lines(t, run(t, "kinds", "show", "vcard", "-o", "json").stdout)[0]
	wantKeys(t, shown, "key", "title", "xep", "status", "type", "namespace", "element", "verb", "aliases", "help", "danger", "link", "to", "service",
		"fields", "result", "result_fields", "errors", "next", "superseded_by", "covered", "builtin")
	if shown["key"] != "vcard_get" || shown["covered"] != true || len(shown["result_fields"].([]any)) == 0 {
		t.Errorf("the alias vcard shows %v", shown)
	}
}

func TestAKindIsWrittenAsXML(t *testing.T) {
	run(t, "kinds", "xml", "block", "jid=a@b", "jid=c", "--to", "a@b", "--id", "1").want(t, exitResult,
		`><block xmlns="urn:xmpp:blocking"><item jid="a@b"/><item jid="c"/></block></iq>`+"\n", "")
	run(t, "kinds", "xml", "ping", "--to", "a@b", "--id", "1").want(t, exitResult, ` to="a@b"`, "")
	secret := file(t, "secret", "s@s=me\r\n")
	run(t, "kinds", "xml", "register", "username=a", "password@"+secret, "--id", "1").want(t, exitResult, "<password>s@s=me</password>", "")
	call{args: []string{"kinds", "xml", "command_execute", "node=a@b", "form[a@b=c]@-"}, stdin: "x\n\n"}.run(t.Context()).
		want(t, exitResult, `<field var="a@b=c"><value>x&#10;</value></field>`, "")
	for _, row := range []struct{ args, want string }{
		{"xml register username=a password=c4nary", "password is a secret, and everybody on this machine sees arguments: give it as password@FILE"},
		{"xml register username=a password@" + secret + "x", "no such file"},
		{"xml roster_set", "roster_set: jid: this field is required"},
		{"xml pnig", `did you mean "ping"?`},
		{"xml", "name a request kind; iqscope kinds lists them"},
		{"show", "name a request kind"},
		{"show ping time", "2 arguments; show takes one name"},
		{"xml ping --to @", "@"},
		{"list -o xml", "--output is one of text, json"},
		{"show ping --color pink", "pink"},
		{"shwo", `did you mean "show"?`},
		{"show ping --coverage x", "--coverage counts by itself"},
		{"list --jid a@b", "connects to nothing; --jid does not go with it"},
		{"--coverage " + secret, "line 1 names no column type"},
		{"--coverage " + secret + "x", "no such file"},
	} {
		r := run(t, append([]string{"kinds"}, strings.Fields(row.args)...)...)
		r.want(t, exitUsage, "", row.want)
		if strings.Contains(r.stderr, "c4nary") {
			t.Errorf("%s: the secret is in %q", row.args, r.stderr)
		}
	}
}

func TestCoverageIsPrinted(t *testing.T) {
	list := file(t, "list.tsv", "type\tns\tlocal\nget\turn:xmpp:ping\tping\nget\ta\tb\n")
	run(t, "kinds", "--coverage", list).want(t, exitResult, "2 requests, 1 covered, 0 skeletons, 1 missing\n", "")
	verbs := file(t, "verbs.tsv", "46\tjingle\tsession-initiate\n41\tset\tpubsub\tpublish\n1\tset\tpubsub\tnothing\n")
	run(t, "kinds", "--coverage", verbs).want(t, exitResult, "3 requests, 2 covered, 0 skeletons, 1 missing\n", "")
	count := lines(t, run(t, "kinds", "list", "--coverage", list, "-o", "json").stdout)[0]
	wantKeys(t, count, "group", "requests", "covered", "skeleton", "missing")
	if count["covered"] != 1.0 || count["missing"] != 1.0 {
		t.Errorf("counted are %v", count)
	}
	run(t, "kinds", "--coverage", file(t, "empty.tsv", "type\tns\tlocal\n")).want(t, exitUsage, "", "the list names no requests")
}

func TestAKindIsSent(t *testing.T) {
	run(t, "send", "--demo", "--kind", "version", "--to", demo.Domain).want(t, exitResult, "<name>iqscope demo</name>", "")
	run(t, "send", "--demo", "--kind", "private_set", "--set", "content=<a xmlns='urn:a'/>", "--to", echo).want(t, exitResult, "<a xmlns='urn:a'/>", "")
	for _, row := range []struct{ args, want string }{
		{"--kind ping --query x", "--kind says type and payload"},
		{"--kind ping --type get", "--kind says type and payload"},
		{"--set a=b", "--set sets a field of the request kind that --kind names"},
		{"--kind ping --set x=1", "ping: x: there is no such field"},
		{"--kind pnig", `did you mean "ping"?`},
		{"--kind ping --raw", "--kind, --set, --query and --id do not go with it"},
		{"--kind ping <iq/>", "--kind, --set, --query and --id do not go with it"},
	} {
		run(t, append([]string{"send", "--demo"}, strings.Fields(row.args)...)...).want(t, exitUsage, "", row.want)
	}
}

func TestKindsOfOnesOwnAreThereWithoutRebuilding(t *testing.T) {
	env, _ := ownKinds(t, ownKind)
	call{args: []string{"kinds"}, env: env}.run(t.Context()).want(t, exitResult, "custom_get                      get  -         Ask\n", "")
	call{args: []string{"kinds", "show", "custom_get"}, env: env}.run(t.Context()).want(t, exitResult, "This is a skeleton", "")
	call{args: []string{"send", "--demo", "--kind", "custom_get", "--set", "answer=42", "--to", echo}, env: env}.run(t.Context()).
		want(t, exitResult, "<answer>42</answer>", "")
	call{args: []string{"__complete", "send", "--kind", "custom"}, env: env}.run(t.Context()).want(t, exitResult, "custom_get\tAsk", "Completion")

	for _, row := range []struct{ name, text, want string }{
		{"a clash", strings.Replace(ownKind, "'custom_get'", "'ping'", 1), `:6:1: the key ping is taken by "Ping" of XEP-0199`},
		{"a mistake", strings.Replace(ownKind, "title", "titel", 1), `:7:1: there is no key "titel"; did you mean "title"?`},
	} {
		env, path := ownKinds(t, row.text)
		for _, args := range [][]string{{"kinds"}, {"kinds", "xml", "ping"}, {"send", "--demo", "--kind", "ping"}} {
			call{args: args, env: env}.run(t.Context()).want(t, exitUsage, "", path+row.want)
		}
		// What needs no kinds goes on.
		call{args: []string{"send", "--demo", "--query", "urn:xmpp:ping", "--to", demo.Domain}, env: env}.run(t.Context()).want(t, exitResult, "<iq", "sent is <ping/>")
	}
}

func TestFieldsAreCompleted(t *testing.T) {
	for _, row := range []struct{ args, want string }{
		{"kinds xml muc_set_role ", "nick=\tthe nickname in the room\n"},
		{"kinds xml muc_set_role role=", "role=visitor\tmay only listen\n"},
		{"kinds xml mam_query ", "with=\tonly messages from or to this address\n"},
		{"kinds xml pubsub_owner_affiliations_set affiliation[2].affiliation=", "affiliation[2].affiliation=owner"},
		{"send --kind pubsub_owner_affiliations_set --set affiliation.affiliation=", "affiliation.affiliation=owner"},
		{"send --kind register --set ", "password@\n"},
		{"send --kind command_execute --set ", "form[\tthe form, filled in\n"},
		{"send --kind pubsub_owner_affiliations_set --set ", "affiliation[1].jid=\n"},
	} {
		r := run(t, append([]string{"__complete"}, strings.Split(row.args, " ")...)...)
		r.want(t, exitResult, row.want, "NoFileComp")
		// Behind a name comes its value; behind a value, something else.
		if strings.Contains(r.stderr, "NoSpace") == strings.Contains(row.args, "=") {
			t.Errorf("%s: %s", row.args, r.stderr)
		}
		if strings.Contains(r.stdout, "form-type") {
			t.Errorf("%s: what is fixed is completed: %s", row.args, r.stdout)
		}
	}
}

func TestKindsAreFoundByWords(t *testing.T) {
	for args, want := range map[string]string{
		"ping": "ping  ", "XEP-0054": "vcard_get", "urn:xmpp:blocking jids": "", "jabber.org/protocol/muc#owner config": "muc_config_get",
	} {
		r := run(t, append([]string{"kinds", "list"}, strings.Fields(args)...)...)
		if want == "" {
			r.want(t, exitError, "", "no kind has urn:xmpp:blocking and jids in it")
			continue
		}
		r.want(t, exitResult, want, "")
		if strings.Contains(r.stdout, "roster_get") {
			t.Errorf("%s finds the roster, too: %s", args, r.stdout)
		}
	}
}

func TestTheShellOffersFilesWhereOneIsTaken(t *testing.T) {
	for args, file := range map[string]bool{
		"send --to": false, "send -j": false, "ping": false, "ping --count": false, "disco --node": false, "roster": false, "version": false, "kinds list": false,
		"send --ca": true, "kinds --coverage": true, "send --password-file": true, "send --cert": true,
	} {
		r := run(t, append(append([]string{"__complete"}, strings.Fields(args)...), "")...)
		if r.code != exitResult || strings.Contains(r.stderr, "NoFileComp") == file {
			t.Errorf("%s: %q", args, r.stderr)
		}
	}
	run(t, "__complete", "kinds", "show", "").want(t, exitResult, "ping\tPing\n", "NoFileComp")
}
