package e2e

import (
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"iqscope/history"
	"iqscope/internal/realserver"
	"iqscope/session/demo"
)

// killed is how often the program is killed while it writes; a long run wants more.
var killed = flag.Int("kills", 6, "how often the program is killed while it writes its history")

// keepsIn is an environment in which the program keeps its history below a folder.
func keepsIn(state string) []string { return []string{"XDG_STATE_HOME=" + state} }

func historyIn(state string) string {
	return filepath.Join(state, "iqscope", "history", "history.db")
}

// entriesOf are all entries of a history, oldest first.
func entriesOf(t *testing.T, path string) []history.Entry {
	t.Helper()
	h := history.New(path, history.Options{})
	defer h.Close(t.Context())
	if err := h.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if beside := h.Status().Beside; beside != nil {
		t.Error(beside)
	}
	var all []history.Entry
	for q := (history.Query{Limit: 1000}); ; {
		page, err := h.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		all = append(page.Entries, all...) // whole pages, turned below
		if q.Before = page.Next; page.Next == 0 {
			break
		}
	}
	byID := map[int64]history.Entry{}
	last := int64(0)
	for _, e := range all {
		byID[e.ID], last = e, max(last, e.ID)
	}
	all = all[:0]
	for id := int64(1); id <= last; id++ {
		if e, ok := byID[id]; ok {
			all = append(all, e)
		}
	}
	return all
}

// refusedMany are the arguments of a series whose requests are all refused, so that each is kept.
func refusedMany(count int) []string {
	return []string{"send", "--demo", "--quiet", "--count", fmt.Sprint(count), "--to", "nobody@" + demo.BotsDomain, "--query", "jabber:iq:version"}
}

// listed are the numbers that "history list" shows.
func listed(t *testing.T, state string, flags ...string) map[string]bool {
	t.Helper()
	c := iqscope(t, keepsIn(state), append([]string{"history", "list", "--quiet"}, flags...)...)
	c.exits(0)
	numbers := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^ *(\d+)\s`).FindAllStringSubmatch(c.stdout.String(), -1) {
		numbers[row[1]] = true
	}
	return numbers
}

// listsNew waits until the newest entries are others than some, and returns them.
func listsNew(t *testing.T, state string, than map[string]bool, meanwhile func()) map[string]bool {
	t.Helper()
	for deadline := time.Now().Add(patience); ; meanwhile() {
		if shown := listed(t, state); !maps.Equal(shown, than) {
			return shown
		}
		if time.Now().After(deadline) {
			t.Fatal("the history lists nothing new")
		}
	}
}

// survived asserts that entries are there after a kill.
func survived(t *testing.T, state string, shown map[string]bool) {
	t.Helper()
	after := listed(t, state, "--all")
	for number := range shown {
		if !after[number] {
			t.Errorf("entry %s was shown, and is gone after the kill", number)
		}
	}
}

// Fault 28: kill −9 of the program while it writes. What "history list" has shown before is there
// after, and whole.
func TestWhatTheHistoryHasShownIsThereAfterAKill(t *testing.T) {
	Binary(t)
	t.Parallel()
	state := t.TempDir()
	shown := map[string]bool{}
	for range *killed {
		writer := iqscope(t, keepsIn(state), refusedMany(1500)...)
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		listsNew(t, state, shown, func() { time.Sleep(5 * time.Millisecond) })
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
		shown = listed(t, state)
		_ = writer.Process.Kill()
		_ = writer.Wait()
		survived(t, state, shown)
	}
	for _, e := range entriesOf(t, historyIn(state)) {
		if e.Stanza == nil || e.Outcome == "" || e.Ended.IsZero() {
			t.Errorf("entry %d is not whole: %+v", e.ID, e)
		}
	}
}

// Fault 28, on the screen.
func TestWhatTheScreenHasKeptIsThereAfterAKill(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	shown := map[string]bool{}
	for range 2 {
		p := sitDown(t, narrow, keepsIn(state))
		p.until(func(screen string) bool { return strings.Contains(screen, "● online") }, "Escape")
		shown = listsNew(t, state, shown, func() { p.SendKeys("M-Enter") })
		p.SendKeys("M-Enter", "M-Enter")
		if err := syscall.Kill(p.PID(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		p.WaitExit()
		survived(t, state, shown)
	}
	entriesOf(t, historyIn(state))
}

// Fault 30: two screens and two series write one history at the same time.
func TestFourInstancesWriteOneHistory(t *testing.T) {
	Binary(t)
	t.Parallel()
	const asked, many = 4, 200
	state := t.TempDir()
	var all sync.WaitGroup
	var senders []*command
	for range 2 {
		c := iqscope(t, keepsIn(state), refusedMany(many)...)
		senders = append(senders, c)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
	}
	screens := []*person{sitDown(t, narrow, keepsIn(state)), sitDown(t, wide, keepsIn(state))}
	for _, p := range screens {
		p.until(func(screen string) bool { return strings.Contains(screen, "● online") }, "Escape")
		for n := range asked {
			p.writes(ping(fmt.Sprint("nothing-lost-", n), demo.Domain))
			p.SendKeys("M-Enter")
			p.WaitGone("waits")
		}
	}
	for _, c := range senders {
		all.Go(func() { c.hasExited(c.ended(), 1) })
	}
	all.Wait()
	for _, p := range screens {
		p.leaves()
	}
	serials := map[string][]uint64{}
	pings := 0
	for _, e := range entriesOf(t, historyIn(state)) {
		serials[e.Run] = append(serials[e.Run], e.Serial)
		if strings.HasPrefix(e.Stanza.ID(), "nothing-lost-") {
			pings++
		}
	}
	if len(serials) != 4 || pings != 2*asked {
		t.Errorf("there are %d runs with %d pings, want 4 with %d", len(serials), pings, 2*asked)
	}
	series := 0
	for run, its := range serials {
		for i := 1; i < len(its); i++ {
			if its[i] <= its[i-1] {
				t.Errorf("of run %s %d comes behind %d", run, its[i], its[i-1])
			}
		}
		if len(its) == many {
			series++
		}
	}
	if series != 2 {
		t.Errorf("the runs have %v entries, want two with %d", serials, many)
	}
}

// room is what a file system still has, for the program that runs.
type room interface {
	fill(p *person)
	free(p *person)
}

// smallDisk is a file system of 2 MB of its own, of which a file takes the rest.
type smallDisk struct {
	t    *testing.T
	path string
}

func (d smallDisk) fill(*person) {
	d.t.Helper()
	f, err := os.Create(filepath.Join(d.path, "filler"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		d.t.Fatal(err)
	}
}

func (d smallDisk) free(*person) {
	d.t.Helper()
	if err := os.Remove(filepath.Join(d.path, "filler")); err != nil {
		d.t.Fatal(err)
	}
}

// shortFiles lets the running program write no file longer than a byte, where nothing can be mounted.
type shortFiles struct{ t *testing.T }

func (s shortFiles) fill(p *person) { s.limit(p, 1) }
func (s shortFiles) free(p *person) { s.limit(p, ^uint64(0)) }

func (s shortFiles) limit(p *person, bytes uint64) {
	s.t.Helper()
	limit := syscall.Rlimit{Cur: bytes, Max: ^uint64(0)}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(p.PID()), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0); errno != 0 {
		s.t.Fatal(errno)
	}
}

// Fault 29: there is no room for the history. The screen says so, the session goes on, and what
// waited is written when there is room again.
func TestAFullDiskIsSaidAndWhatWaitedIsWrittenLater(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	rooms := map[string]room{"files that may not grow": shortFiles{t}}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=2m,mode=0700"); err == nil {
		t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
		rooms["a full file system"] = smallDisk{t, disk}
	}
	for name, r := range rooms {
		t.Run(name, func(t *testing.T) {
			state := t.TempDir()
			if _, ok := r.(smallDisk); ok {
				state = disk
			}
			p := sitDown(t, wide, keepsIn(state))
			p.until(func(screen string) bool { return strings.Contains(screen, "● online") }, "Escape")
			asks := func(id string) {
				p.asks(id, demo.Domain)
				p.WaitMatch(regexp.QuoteMeta(id) + ` .*result`)
			}
			asks("before")
			waitListed := func(want int) {
				t.Helper()
				deadline := time.Now().Add(patience)
				for len(listed(t, state)) < want {
					if time.Now().After(deadline) {
						t.Fatalf("the history lists %d, want %d\n%s", len(listed(t, state)), want, p.Screen.Screen())
					}
					time.Sleep(50 * time.Millisecond)
				}
			}
			waitListed(1)
			r.fill(p)
			for n := 0; !strings.Contains(p.Screen.Screen(), "The history is not written"); n++ {
				asks(fmt.Sprint("while", n)) // the session goes on
				if n > 100 {
					t.Fatalf("nothing is said of the full disk\n%s", p.Screen.Screen())
				}
			}
			asks("last")
			r.free(p)
			p.WaitGone("The history is not written")
			asks("after")
			p.leaves()
			kept := map[string]bool{}
			for _, e := range entriesOf(t, historyIn(state)) {
				kept[e.Stanza.ID()] = true
			}
			for _, id := range []string{"before", "while0", "last", "after"} {
				if !kept[id] {
					t.Errorf("%s is not in the history, which has %v", id, kept)
				}
			}
		})
	}
}

// Fault 31: what is in the place of the history is nothing to write into. One sentence says why,
// it stays as it is, and the request is sent all the same.
func TestAHostileHistoryIsLeftAloneWithOneSentence(t *testing.T) {
	Binary(t)
	t.Parallel()
	ours := filepath.Join(t.TempDir(), "ours")
	iqscope(t, keepsIn(ours), "send", "--demo", "--quiet", "--query", "jabber:iq:version").exits(0)
	database, err := os.ReadFile(historyIn(ours))
	if err != nil {
		t.Fatal(err)
	}
	newer := append([]byte(nil), database...)
	copy(newer[60:64], []byte{0, 0, 0x7f, 0xff}) // user_version
	random := make([]byte, 20_000)
	for i := range random {
		random[i] = byte(rand.Uint32())
	}
	writes := func(content []byte) func(path string) error {
		return func(path string) error { return os.WriteFile(path, content, 0o600) }
	}
	for _, row := range []struct {
		name    string
		make    func(path string) error
		says    string
		instead bool // a fresh file is used
	}{
		{"random bytes", writes(random), "history.db cannot be used", true},
		{"a text", writes([]byte("not a database\n")), "history.db cannot be used", true},
		{"a newer version", writes(newer), "newer version", true},
		{"the half of one", writes(database[:len(database)/2]), "history.db cannot be used", true},
		{"a gigabyte of nothing", func(path string) error {
			return errors.Join(writes(nil)(path), os.Truncate(path, 1<<30))
		}, "history.db cannot be used", true},
		{"a symbolic link", func(path string) error { return os.Symlink(historyIn(ours), path) }, "is a symbolic link", false},
		{"a file for everybody", func(path string) error {
			return errors.Join(writes(database)(path), os.Chmod(path, 0o666))
		}, "may be changed by others", false},
		{"a folder for everybody", func(path string) error {
			return errors.Join(writes(database)(path), os.Chmod(filepath.Dir(path), 0o777))
		}, "may be used by others", false},
		{"a folder in its place", func(path string) error { return os.Mkdir(path, 0o700) }, "is no file", false},
		{"a pipe", func(path string) error { return syscall.Mkfifo(path, 0o600) }, "is no file", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			state := t.TempDir()
			path := historyIn(state)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), row.make(path)); err != nil {
				t.Fatal(err)
			}
			before := looksLike(t, path)
			c := iqscope(t, keepsIn(state), "send", "--demo", "--query", "jabber:iq:version", "--output", "raw")
			c.exits(0)
			if !strings.Contains(c.stdout.String(), "<iq ") {
				t.Errorf("the answer is %q", &c.stdout)
			}
			if said := c.stderr.String(); strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "iqscope: ") || !strings.Contains(said, row.says) {
				t.Errorf("it says %q, want one sentence with %q", said, row.says)
			}
			if after := looksLike(t, path); after != before {
				t.Errorf("it was %s, and is %s", before, after)
			}
			fresh, _ := filepath.Glob(strings.Replace(path, "history.db", "history-*.db", 1))
			switch {
			case !row.instead && len(fresh) > 0:
				t.Errorf("%q were made", fresh)
			case row.instead && len(fresh) != 1:
				t.Errorf("the fresh files are %q", fresh)
			case row.instead:
				if n := len(entriesOf(t, fresh[0])); n != 1 {
					t.Errorf("the fresh file has %d entries", n)
				}
			}
		})
	}
}

// looksLike is all that is to be seen of a file that must not change.
func looksLike(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	content := []byte(nil)
	if info.Mode().IsRegular() && info.Size() < 1<<20 {
		content, _ = os.ReadFile(path)
	}
	return fmt.Sprintf("%v of %d bytes of %v: %x", info.Mode(), info.Size(), info.ModTime(), content)
}

// Fault 36: what is a secret to everybody and to one user alone, in each place that the program
// writes to.
func TestSecretsAreInNoFileThatIsWritten(t *testing.T) {
	t.Parallel()
	server := realserver.SharedProsody(t)
	home := t.TempDir()
	configuration := filepath.Join(home, "config", "iqscope", "config.toml")
	err := errors.Join(os.MkdirAll(filepath.Dir(configuration), 0o700), os.WriteFile(configuration, []byte(`
[secrets]
elements = ["{urn:example:app}key"]
attributes = ["{urn:example:app}login code"]
fields = ["pin"]
`), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	canary := []string{"c4nary-register", "c4nary-token", "c4nary-key", "c4nary-code", "c4nary-pin"}
	draft := func(id, to string) string {
		return "<iq type='set' id='" + id + "' to='" + to + "'><q xmlns='urn:example:app'>" +
			"<r:password xmlns:r='jabber:iq:register'>c4nary-register</r:password><preauth xmlns='urn:xmpp:pars:0' token='c4nary-token'/>" +
			"<key>c4nary-key</key><login code='c4nary-code'/><x xmlns='jabber:x:data'><field var='pin'><value>c4nary-pin</value></field></x></q></iq>"
	}
	const echo = "echo@" + demo.BotsDomain
	env := []string{"XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "XDG_STATE_HOME=" + filepath.Join(home, "state")}
	findNoSecret := func(where, text string) {
		t.Helper()
		findNo(t, append(canaries(server), canary...), where, text)
		for _, one := range canary {
			findNo(t, []string{base64.StdEncoding.EncodeToString([]byte(one))}, where, text)
		}
	}
	runs := func(status int, stdin string, arguments ...string) string {
		t.Helper()
		more, _ := alice(server)
		c := iqscope(t, append(env, more...), arguments...)
		c.Stdin = strings.NewReader(stdin)
		c.exits(status)
		said := c.stdout.String() + c.stderr.String()
		findNoSecret(strings.Join(arguments[:2], " "), said)
		return said
	}
	recording := filepath.Join(home, "recording.jsonl")
	_, login := alice(server)
	runs(0, draft("s1", echo), "send", "--demo", "--verbose", "--output", "json", "--record", recording, "-")
	runs(0, draft("s2", echo), "send", "--demo", "--show-secrets", "--quiet", "--output", "raw", "--record", recording+"-shown", "--query", "jabber:iq:version")
	runs(1, draft("s3", "localhost"), append([]string{"send", "-", "--verbose", "--mechanism", "PLAIN", "--record", recording + "-login"}, login...)...)

	// Shown on the screen of one session, and kept nowhere all the same.
	shown := iqscope(t, env, "send", "--demo", "--show-secrets", "--output", "raw", "--record", recording+"-secrets", draft("s4", echo))
	shown.exits(0)
	if !strings.Contains(shown.stdout.String(), "c4nary-key") {
		t.Errorf("--show-secrets does not show them: %s", &shown.stdout)
	}
	p := sitDown(t, wide, env, "--demo", "--record", recording+"-screen")
	p.until(func(screen string) bool { return strings.Contains(screen, "● online") }, "Escape")
	p.writes(draft("s5", echo))
	p.SendKeys("M-Enter")
	deadline := time.Now().Add(patience)
	for !strings.Contains(runs(0, "", "history", "export", "-"), `"s5"`) && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	p.leaves()

	exported := runs(0, "", "history", "export", "-")
	for _, id := range []string{"s1", "s3", "s4", "s5"} {
		if !strings.Contains(exported, id) {
			t.Errorf("%s is not in the history: %s", id, exported)
		}
	}
	clear := strings.Replace(exported, "[10 bytes hidden]", "c4nary-key", 1) // of somebody who does not hide it
	if clear == exported {
		t.Errorf("nothing is hidden in %s", exported)
	}
	runs(0, strings.ReplaceAll(clear, `"s1"`, `"s6"`), "history", "import", "-")
	runs(0, "", "history", "list", "--all")
	runs(0, "", "history", "search", "example")
	runs(0, "", "inspect", recording)

	files := 0
	err = filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		findNoSecret(path, string(text))
		files++
		return err
	})
	if err != nil || files < 6 {
		t.Errorf("%d files were looked at, %v", files, err)
	}
}
