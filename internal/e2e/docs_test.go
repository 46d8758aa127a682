package e2e

import (
	"context"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"iqscope/internal/config"
	"iqscope/iqbuilder/catalog"
	"iqscope/session/demo"
	"iqscope/session/match"
	"iqscope/session/rule"
)

// The README and the chapters in docs keep to this, so that the tests here can see
// whether what they say is so:
//
//   - A command in an sh block is run. It connects to the built-in server or to
//     nothing, and ends by itself. When a text block follows at once, that is what it
//     prints, as it would with go run.
//   - An sh component block is one, too; what it connects to is no server of the reader's, but
//     one that the test plays.
//   - A command that needs a terminal, a second one or somebody's account stands in a
//     console block.
//   - Go code is a part of an example, whose test runs it. A whole program is run by a test
//     of its own. In CONTRIBUTING.md it is the sketch of a change to the program, and need
//     only be Go.
//   - In library.md the paragraph above Go code says, behind "Names:", which packages and
//     sessions it uses.
//   - A toml block is a configuration, a file of rules, a theme, or a file of the catalogue.
//   - In a table whose first column is headed Path, Rule, XPath or Mask, the code in
//     that column is one.

// A block is what stands between two fences of a document.
type block struct {
	place, language, text string
	shows                 string // of a text block that follows at once
}

// shComponent is the language of commands that connect as a component.
const shComponent = "sh component"

// isRun says whether a block's commands are run.
func (b block) isRun() bool { return b.language == "sh" || b.language == shComponent }

func documents(t *testing.T) []string {
	t.Helper()
	chapters, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(chapters) == 0 {
		t.Fatalf("no chapters in docs: %v", err)
	}
	return append(chapters, filepath.Join(root, "README.md"))
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks are those of a document; outside is the rest of it.
func blocks(t *testing.T, path string) (all []block, outside string) {
	t.Helper()
	var rest strings.Builder
	var inside *block
	between := "" // this one and the block before
	number := 0
	for line := range strings.Lines(read(t, path)) {
		number++
		language, fence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case fence && inside == nil:
			inside = &block{place: fmt.Sprintf("%s:%d", filepath.Base(path), number), language: language}
		case fence:
			if last := len(all) - 1; inside.language == "text" && last >= 0 && strings.TrimSpace(between) == "" {
				all[last].shows = inside.text
			}
			all = append(all, *inside)
			inside, between = nil, ""
		case inside != nil:
			inside.text += line
		default:
			between += line
			rest.WriteString(line)
		}
	}
	if inside != nil {
		t.Fatalf("%s: this block has no end", inside.place)
	}
	return all, rest.String()
}

// goRun stands in for the Go tool, whose "go run ." it does without compiling once more.
const goRun = `#!/bin/sh
if [ "$1 $2" != "run ." ]; then echo "this is not run here: go $*" >&2; exit 99; fi
shift 2
'%s' "$@"
status=$?
[ $status -eq 0 ] || { echo "exit status $status" >&2; exit 1; }
`

// wantsJQ skips a test where jq is not installed.
func wantsJQ(t *testing.T) {
	t.Helper()
	switch _, err := exec.LookPath("jq"); {
	case err == nil:
	case os.Getenv("IQSCOPE_REQUIRE_SERVERS") == "1":
		t.Fatal("jq is missing (Debian: apt-get install jq)")
	default:
		t.Skip("jq is missing (Debian: apt-get install jq)")
	}
}

// varying is what differs between two runs, and what a document may say for it.
var varying = []*regexp.Regexp{
	regexp.MustCompile(`demo\.localhost/[a-z2-7]{8}\b`),       // a resource that the server chose
	regexp.MustCompile(`\b[a-z2-7]{13}\b`),                    // an id that was made up
	regexp.MustCompile(`\d\d:\d\d:\d\d\.\d{3} [←→](?: \d+)?`), // when, and the number in the log
	regexp.MustCompile(`\bid='[A-Z2-7]{26}'`),                 // of a stream
	regexp.MustCompile(`\bver='[\w+/]{27}='`),                 // what we can do, which grows
	regexp.MustCompile(`"time":"[^"]*"`),                      //
	regexp.MustCompile(`\[\d+ bytes hidden\]`),                // a nonce is in it
	regexp.MustCompile(`"rtt_ms":[\d.]+`),                     //
	regexp.MustCompile(`[\d.]+ per second`),                   //
	regexp.MustCompile(`latency: p50 .*`),                     //
}

func steady(text string) string {
	for i, v := range varying {
		text = v.ReplaceAllString(text, fmt.Sprintf("«%d»", i))
	}
	return strings.TrimSpace(text)
}

// A request may end in an error or a timeout, as many do to show that.
var failed = regexp.MustCompile(`(?m)^exit status ([^13\s]|\d\d+)$`)

func TestTheCommandsInTheDocumentsPrintWhatTheyShow(t *testing.T) {
	t.Parallel()
	tools := t.TempDir()
	if err := os.WriteFile(filepath.Join(tools, "go"), fmt.Appendf(nil, goRun, Binary(t)), 0o755); err != nil {
		t.Fatal(err)
	}
	components := hostComponents(t)
	for _, path := range documents(t) {
		all, _ := blocks(t, path)
		for _, b := range all {
			if !b.isRun() {
				continue
			}
			t.Run(b.place, func(t *testing.T) {
				t.Parallel()
				if strings.Contains(b.text, "| jq ") {
					wantsJQ(t)
				}
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				command := b.text
				if b.language == shComponent {
					command = strings.ReplaceAll(command, componentAddr, components)
				}
				run := exec.CommandContext(ctx, "sh", "-c", command)
				run.Env = append(surroundings(t), "PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"))
				run.Dir = t.TempDir()
				// its status is that of the last command; the output has them all
				output, err := run.CombinedOutput()
				if ctx.Err() != nil {
					t.Fatalf("it does not end: %v\n%s", err, output)
				}
				got := strings.ReplaceAll(string(output), components, componentAddr)
				switch {
				case b.shows != "" && steady(got) != steady(b.shows):
					t.Errorf("%sprints\n%s\nnot, as the document has it,\n%s", b.text, got, b.shows)
				case b.shows == "" && failed.MatchString(got):
					t.Errorf("%sfails, and the document does not show that:\n%s", b.text, got)
				}
			})
		}
	}
}

func TestEveryCommandInTheDocumentsSaysWhetherItCanBeRun(t *testing.T) {
	ran := 0
	for _, path := range documents(t) {
		all, outside := blocks(t, path)
		for _, b := range all {
			switch {
			case b.isRun():
				ran += strings.Count(b.text, "go run .")
			case b.language != "console" && strings.Contains(b.text, "go run ."):
				t.Errorf("%s: a command stands in a block of %q, not of sh or console", b.place, b.language)
			case b.language == "console" && strings.Contains(b.text, "--demo"):
				t.Errorf("%s: a command on the built-in server can be run, and belongs into an sh block", b.place)
			}
		}
		if strings.Contains(outside, "\ngo run .") {
			t.Errorf("%s: a command stands outside of a block", path)
		}
	}
	if ran < 20 {
		t.Errorf("%d commands are run; the documents had more", ran)
	}
}

// plain is code without its indentation.
func plain(code string) string {
	var lines []string
	for line := range strings.Lines(code) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return "\n" + strings.Join(lines, "\n") + "\n"
}

// isGo says whether code is declarations, statements, or rows of a table.
func isGo(code string) error {
	_, err := format.Source([]byte(code))
	if err != nil && strings.HasPrefix(strings.TrimSpace(code), "{") {
		_, err = format.Source([]byte("var _ = []row{\n" + code + "}\n"))
	}
	return err
}

func TestTheGoCodeInTheDocumentsIsOfExamplesThatRun(t *testing.T) {
	var examples strings.Builder
	for _, room := range []string{"iqbuilder", "session", "session/handler", "session/match"} {
		paths, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(room), "example*_test.go"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no examples in %s: %v", room, err)
		}
		for _, path := range paths {
			examples.WriteString(plain(read(t, path)))
		}
	}
	for _, path := range documents(t) {
		all, _ := blocks(t, path)
		for _, b := range all {
			switch {
			case b.language != "go" || isProgram(b):
			case filepath.Base(path) == "CONTRIBUTING.md":
				if err := isGo(b.text); err != nil {
					t.Errorf("%s: %v", b.place, err)
				}
			case !strings.Contains(examples.String(), plain(b.text)):
				t.Errorf("%s: no example has this code:\n%s", b.place, b.text)
			}
		}
	}
}

func isProgram(b block) bool { return strings.HasPrefix(b.text, "package main\n") }

// A program in the documents logs in as somebody who is nobody: the test has it log in to the built-in
// server, which is not where the address says, and whose authority the system does not know.
func TestTheProgramsInTheDocumentsRun(t *testing.T) {
	t.Parallel()
	const login = `"alice@example.org", "secret"`
	server, err := demo.Start(t.Context(), demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(trusted, server.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	ran := map[string]bool{}
	for _, path := range documents(t) {
		all, _ := blocks(t, path)
		for _, b := range all {
			if b.language != "go" || !isProgram(b) {
				continue
			}
			ran[filepath.Base(path)] = true
			if lines := strings.Count(plain(b.text), "\n") - 1; lines >= 15 {
				t.Errorf("%s: the shortest program has %d lines", b.place, lines)
			}
			file := filepath.Join(t.TempDir(), "main.go")
			text := strings.Replace(b.text, login, fmt.Sprintf("%q, %q, session.WithServer(%q)", "juliet@demo.localhost", demo.Password, server.Addr()), 1)
			if text == b.text {
				t.Fatalf("%s: it does not log in as %s", b.place, login)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			run := exec.CommandContext(t.Context(), "go", "run", file)
			run.Dir = root
			run.Env = append(os.Environ(), "SSL_CERT_FILE="+trusted)
			output, err := run.CombinedOutput()
			if err != nil || !strings.Contains(string(output), "<identity category='") {
				t.Errorf("%s: %v\n%s", b.place, err, output)
			}
		}
	}
	if !ran["README.md"] || !ran["library.md"] {
		t.Errorf("programs are in %v alone", ran)
	}
}

var qualified = regexp.MustCompile(`\b([a-z]\w*)\.[A-Z]`)

// goOwn are packages and names that the chapter names once for all.
var goOwn = []string{"fmt", "errors", "context", "time"}

func TestTheLibrarysCodeSaysWhereItsNamesComeFrom(t *testing.T) {
	seen := 0
	for _, part := range strings.Split(read(t, filepath.Join(root, "docs", "library.md")), "\n```go\n")[1:] {
		code, _, _ := strings.Cut(part, "\n```")
		seen++
		if strings.HasPrefix(code, "package main") {
			continue
		}
		before, _, _ := strings.Cut(read(t, filepath.Join(root, "docs", "library.md")), code)
		paragraphs := strings.Split(strings.TrimSuffix(strings.TrimSpace(before), "```go"), "\n\n")
		above := paragraphs[len(paragraphs)-2]
		_, names, ok := strings.Cut(above, "Names:")
		if !ok {
			t.Errorf("no names above\n%s", code)
		}
		local := regexp.MustCompile(`(\w+)(, \w+)* :=|var (\w+) |func\((_ context.Context, )?(\w+) `).FindAllString(code, -1)
		for _, name := range qualified.FindAllStringSubmatch(code, -1) {
			if !slices.Contains(goOwn, name[1]) && !strings.Contains(names, "`"+name[1]+"`") && name[1] != "juliet" && !strings.Contains(strings.Join(local, " "), name[1]) {
				t.Errorf("nobody says what %s is in\n%s", name[1], code)
			}
		}
	}
	if seen < 10 {
		t.Errorf("there are %d pieces of code", seen)
	}
}

var tableCode = regexp.MustCompile("`([^`]+)`")

func TestThePathsAndRulesInTheDocumentsAreGood(t *testing.T) {
	compile := map[string]func(string) error{
		"Path":  func(text string) error { _, err := match.Compile(text, match.BasicKeys()); return err },
		"XPath": func(text string) error { _, err := match.XPath(text); return err },
		"Mask":  func(text string) error { _, err := match.Mask(text); return err },
		"Rule":  func(text string) error { _, err := rule.Parse(text, match.BasicKeys()); return err },
	}
	found := map[string]int{}
	for _, path := range documents(t) {
		_, outside := blocks(t, path)
		heading := ""
		for line := range strings.Lines(outside) {
			cells := strings.Split(line, "|")
			if len(cells) < 3 {
				heading = ""
				continue
			}
			first := strings.TrimSpace(cells[1])
			if heading == "" {
				heading = first
			}
			if compile[heading] == nil {
				continue
			}
			for _, code := range tableCode.FindAllStringSubmatch(first, -1) {
				found[heading]++
				if err := compile[heading](code[1]); err != nil {
					t.Errorf("%s: %s: %v", filepath.Base(path), code[1], err)
				}
			}
		}
	}
	for heading := range compile {
		if found[heading] == 0 {
			t.Errorf("the documents have no table of the heading %s", heading)
		}
	}
}

func TestTheFilesInTheDocumentsAreRead(t *testing.T) {
	for _, path := range documents(t) {
		all, _ := blocks(t, path)
		for _, b := range all {
			if b.language != "toml" {
				continue
			}
			file := filepath.Join(t.TempDir(), "file.toml")
			if err := os.WriteFile(file, []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			var err error
			switch {
			case strings.Contains(b.text, "[[rule]]"):
				_, err = config.LoadRules(file)
			case strings.Contains(b.text, "[[kind]]"):
				_, err = catalog.Builtin().With(catalog.File{Name: file, Text: []byte(b.text)})
			case strings.Contains(b.text, "[colours]"):
				own, reading := config.LoadThemes(filepath.Dir(file))
				if err = reading; err == nil {
					err = own[0].Err
				}
			default:
				_, err = config.Load(file)
			}
			if err != nil {
				t.Errorf("%s: %v", b.place, err)
			}
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

func TestTheLinksInTheDocumentsLeadSomewhere(t *testing.T) {
	var linked []string
	for _, path := range documents(t) {
		_, outside := blocks(t, path)
		for _, l := range link.FindAllStringSubmatch(outside, -1) {
			target := filepath.Join(filepath.Dir(path), filepath.FromSlash(l[1]))
			linked = append(linked, target)
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %v", filepath.Base(path), err)
			}
		}
	}
	for _, path := range documents(t) {
		if filepath.Base(path) != "README.md" && !slices.Contains(linked, path) {
			t.Errorf("nothing leads to %s", path)
		}
	}
}
