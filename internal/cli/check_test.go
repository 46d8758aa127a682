package cli

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// check runs iqscope check with a text on standard input.
func check(t *testing.T, text string, args ...string) result {
	t.Helper()
	return call{args: append([]string{"check"}, args...), stdin: text}.run(t.Context())
}

const (
	goodIQ = "<iq type='get' id='1' to='a@b'><ping xmlns='urn:xmpp:ping'/></iq>"
	stream = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='b' version='1.0'>"
)

// Namespaces that are seldom met are known from the catalogue.
func TestAnElementOfAnyNamespaceOfTheCatalogueIsChecked(t *testing.T) {
	check(t, "<iq type='set' id='1' to='a@b'><pok xmlns='http://jabber.org/protocol/poke'/></iq>").
		want(t, exitError, "a request is <poke/>, and nobody knows <pok/>", "")
	check(t, "<iq type='get' id='1' to='a@b'><poke xmlns='http://jabber.org/protocol/poke'/></iq>").want(t, exitResult, "", "")
}

func TestNothingToSayExitsWith0(t *testing.T) {
	for name, text := range map[string]string{
		"an IQ":                      goodIQ,
		"with white space around it": "\n" + goodIQ + "\r\n",
		"several":                    goodIQ + goodIQ + "\n\n" + goodIQ,
		"a message and a presence":   "<message><body/></message>\n<presence type='odd'/>" + goodIQ,
		"a stream":                   stream + goodIQ + "</stream:stream>",
		"a stream that goes on":      stream + goodIQ + "\n",
		"only the beginning of one":  "<?xml version='1.0'?>" + stream,
		"streams of a login":         stream + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n<?xml version='1.0'?>" + stream + "<r xmlns='urn:xmpp:sm:3'/>" + stream + goodIQ,
		"what a server says":         strings.Replace(stream, "to=", "id='s' from=", 1) + strings.Replace(goodIQ, "to=", "from=", 1),
		"a component's stream":       strings.Replace(stream, "jabber:client", "jabber:component:accept", 1) + strings.Replace(goodIQ, "to=", "from='c.b' to=", 1),
		"a stream's own features":    stream + "<stream:features><x xmlns='y'/></stream:features>",
	} {
		t.Run(name, func(t *testing.T) { check(t, text).want(t, exitResult, "", "") })
	}
}

// failing is an IQ of type error.
func failing(failure string) string { return "<iq type='error' id='1'>" + failure + "</iq>" }

// TestEveryRuleHasItsPlace is rows 59 and 61 of docs/acceptance-rows.md on the command line.
func TestEveryRuleHasItsPlace(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"not well-formed", "<iq type='get'>\n <a></iq>", "2:7: error: mismatched-tag: "},
		{"broken off", goodIQ + "\n<iq type", "2:9: error: unexpected-end: "},
		{"nothing at all", " \n", "1:1: error: one-element: there is no element (RFC 6120 §8)"},
		{"text between", goodIQ + "\nx" + goodIQ, "2:1: error: text-outside-root: "},
		{"a document type", "<!DOCTYPE x>" + goodIQ, "1:1: error: doctype: "},
		{"a declaration before an IQ", "<?xml version='1.0'?>" + goodIQ, "1:1: error: one-element: an XML declaration stands before a stream"},
		{"another element", "<query xmlns='x'/>", "1:2: error: not-an-iq: "},
		{"another namespace", "<iq xmlns='jabber:server' type='result' id='1'/>", "1:12: error: iq-namespace: "},
		{"no type", "<iq id='1'/>", "1:2: error: type-missing: "},
		{"an unknown type", "<iq type='GET' id='1'><a xmlns='b'/></iq>", "1:11: error: type-unknown: "},
		{"no id", "<iq type='result'/>", "1:2: error: id-missing: an IQ needs an id, by which its reply is known (RFC 6120 §8.2.3)"},
		{"an empty id", "<iq type='result' id=''/>", "1:19: warning: id-empty: "},
		{"a bad to", "<iq type='result' id='1' to='@'/>", "1:30: error: to-address: "},
		{"a bad from", "<iq type='result' id='1' from='@'/>", "1:32: error: from-address: "},
		{"a client's from", "<iq type='result' id='1' from='a@b'/>", "1:26: hint: from-of-a-client: "},
		{"no payload", "<iq type='get' id='1'/>", "1:2: error: payload-missing: "},
		{"two payloads", "<iq type='set' id='1'><a xmlns='a'/><b xmlns='b'/></iq>", "1:37: error: payload-many: "},
		{"a payload without a namespace", "<iq type='set' id='1'><a/></iq>", "1:24: warning: payload-namespace: "},
		{"an error without error", "<iq type='error' id='1'/>", "1:2: error: error-missing: "},
		{"two errors", "<iq type='error' id='1'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error><error/></iq>", ": error: error-many: "},
		{"an error in a result", "<iq type='result' id='1'><error/></iq>", ": error: error-unexpected: "},
		{"text in an IQ", "<iq type='result' id='1'>é <!-- --></iq>", "1:28: error: comment: "},
		{"text beside the payload", "<iq type='result' id='1'>é</iq>", "1:26: warning: text-in-iq: "},
		{"a second stanza", goodIQ + "é\n", "1:66: error: text-outside-root: "},
		{"columns count characters", "<message>ééé</message><iq type='result'/>", "1:24: error: id-missing: "},
		{"a prefix of its own", "<c:iq xmlns:c='jabber:client' type='result' id='1'/>", "1:2: hint: iq-prefix: "},
		{"larger than everyone takes", "<iq type='get' id='1'><a xmlns='b'>" + strings.Repeat("x", 10_000) + "</a></iq>", "1:2: hint: size: "},
		{"an attribute that means nothing", "<iq type='result' id='1' xt='a@b'/>", ": attribute-unknown: "},
		{"a language that is none", "<iq type='result' id='1' xml:lang='_'/>", ": language: "},
		{"an error of no type", failing("<error><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"), ": error-type-missing: "},
		{"an error of an odd type", failing("<error type='odd'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"), ": error-type-unknown: "},
		{"an error of an unusual type", failing("<error type='auth'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"), ": error-type-unusual: "},
		{"an error by nobody", failing("<error type='cancel' by='@'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"), ": error-by: "},
		{"an error without a condition", failing("<error type='cancel'/>"), ": condition-missing: "},
		{"a condition that there is not", failing("<error type='cancel'><went xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"), ": condition-unknown: "},
		{"a condition in the stream's namespace", failing("<error type='cancel'><gone/></error>"), ": condition-namespace: "},
		{"two conditions", failing("<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"), ": condition-many: "},
		{"in a stream", "<?xml version='1.0'?>\n" + stream + "\n" + goodIQ + "\n é", "4:2: error: text-between-stanzas: text stands between stanzas (RFC 6120 §11.7)"},
		{"an IQ in a stream", stream + "<presence/>\n\t<iq type='get' id='1'/>", "2:3: error: payload-missing: "},
		{"in the second stream", stream + "\n" + stream + "\n\n <iq id='1'/>", "4:3: error: type-missing: "},
		{"another default namespace", strings.Replace(stream, "jabber:client", "jabber:server", 1), "1:1: error: content-namespace: "},
		{"cut inside an element", stream + "\n<iq type='get' id='1'>", "2:23: error: unexpected-end: "},
		{"behind the stream's end", stream + "</stream:stream>" + goodIQ, ": error: second-root: "},
		{"an iq of another namespace", stream + "<iq xmlns='x' type='result' id='1'/>", ": error: iq-namespace: "},
		{"no stanza that there is", stream + "<foo/>", ": error: not-an-iq: "},
		{"a component's without from", strings.Replace(stream, "jabber:client", "jabber:component:accept", 1) + "<iq type='result' id='1'/>", ": warning: from-missing: "},
		{"a processing instruction", stream + "<?php ?>", ": error: processing-instruction: "},
	} {
		t.Run(row.name, func(t *testing.T) { check(t, row.text, "--level", "hint").want(t, exitError, row.want, "") })
	}
	check(t, "<iq type='result' id='1'/>", "--component").want(t, exitError, "1:2: warning: from-missing: ", "")
}

func TestFindingsCarryTheFileAsCompilersHaveIt(t *testing.T) {
	path := file(t, "request.xml", goodIQ+"\n<iq type='get'/>")
	run(t, "check", path).want(t, exitError, path+":2:2: error: id-missing: ", "")
	run(t, "check", path, "--output", "json").want(t, exitError, `"file":"`, "")
	run(t, "check", filepath.Join(t.TempDir(), "none")).want(t, exitUsage, "", "no such file")
	run(t, "check", t.TempDir()).want(t, exitUsage, "", "is a directory")
}

func TestFindingsAsJSON(t *testing.T) {
	text := "<presence/>\n<iq type='result' from='a@b'/>"
	r := check(t, text, "-", "--output", "json")
	if r.code != exitError || r.stderr != "" {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
	all := lines(t, r.stdout)
	if len(all) != 2 {
		t.Fatalf("%d lines: %s", len(all), r.stdout)
	}
	for _, finding := range all {
		wantKeys(t, finding, "file", "line", "column", "level", "rule", "text", "section", "fix")
	}
	fix := all[0]["fix"].(map[string]any)
	delete(all[0], "fix")
	want := map[string]any{"file": nil, "line": 2.0, "column": 2.0, "level": "error", "rule": "id-missing",
		"text": "an IQ needs an id, by which its reply is known", "section": "RFC 6120 §8.2.3"}
	if diff := cmp.Diff(want, all[0]); diff != "" {
		t.Error(diff)
	}
	// The fix counts the bytes of the whole input.
	at, end, with := int(fix["pos"].(float64)), int(fix["end"].(float64)), fix["with"].(string)
	check(t, text[:at]+with+text[end:]).want(t, exitResult, "hint: from-of-a-client: ", "")
	if all[1]["level"] != "hint" || strings.Contains(check(t, text[:at]+with+text[end:]).stdout, "id-missing") {
		t.Errorf("the fix %v does not help", fix)
	}
}

func TestTheLevelDecidesTheExitCode(t *testing.T) {
	texts := map[string]string{
		"hint":    "<iq type='result' id='1' from='a@b'/>",
		"warning": "<iq type='get' id='1'><query xmlns='urn:xmpp:ping'/></iq>",
		"error":   "<iq type='get' id='1'/>",
	}
	order := []string{"hint", "warning", "error"}
	for is, level := range order {
		for at, least := range order {
			want := exitResult
			if is >= at {
				want = exitError
			}
			check(t, texts[level], "--level", least).want(t, want, level+": ", "")
		}
	}
	check(t, texts["hint"]).want(t, exitResult, "hint: ", "")
	check(t, texts["warning"]).want(t, exitError, "warning: ", "")
	check(t, goodIQ, "--level", "fatal").want(t, exitUsage, "", "--level is one of hint, warning, error")
}

func TestWhatCannotBeCheckedExitsWith2(t *testing.T) {
	for _, row := range []struct {
		name string
		args []string
		want string
	}{
		{"two files", []string{"a", "b"}, "check reads one file"},
		{"XML as an argument", []string{goodIQ}, "pipe in what was typed"},
		{"an unknown output", []string{"--output", "pretty"}, "--output is one of text, json"},
		{"an account", []string{"-j", "a@b"}, "check connects to nothing; --jid does not go with it"},
	} {
		t.Run(row.name, func(t *testing.T) { check(t, goodIQ, row.args...).want(t, exitUsage, "", row.want) })
	}
	check(t, strings.Repeat(" ", maxChecked+1)).want(t, exitUsage, "", "standard input is longer than 16 MiB")
}

// endless is a standard input that never says anything.
type endless struct{ closed chan struct{} }

func (e endless) Read([]byte) (int, error) {
	<-e.closed
	return 0, io.EOF
}

func TestReadingCanBeInterrupted(t *testing.T) {
	in := endless{make(chan struct{})}
	defer close(in.closed)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := readAll(ctx, in, 10)
	var e *exit
	if !errors.As(err, &e) || e.code != exitInterrupted {
		t.Errorf("got %v", err)
	}
}
