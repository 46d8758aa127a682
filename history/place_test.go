//go:build unix

package history_test

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/history"
)

// contents are the files below a folder, by name, with mode and sum.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		all[path] = info.Mode().String()
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			all[path] += fmt.Sprintf(" %x", sha256.Sum256(data))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFolderAndFilesAreForTheUserAlone(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o277} {
		t.Run(fmt.Sprintf("umask %03o", umask), func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "state", "history")
			if err := os.MkdirAll(filepath.Dir(folder), 0o700); err != nil {
				t.Fatal(err)
			}
			old := syscall.Umask(umask)
			h := history.New(filepath.Join(folder, "history.db"), then(history.Options{}))
			err := h.Open(t.Context())
			syscall.Umask(old)
			if err != nil && umask != 0o277 {
				t.Fatal(err)
			}
			defer closed(t, h)
			if err != nil {
				return
			}
			kept(t, h, asked(t, 1))
			for path, what := range contents(t, folder) {
				if want := "-rw------- "; path != folder && !strings.HasPrefix(what, want) || path == folder && what != "drwx------" {
					t.Errorf("%s is %s", path, what)
				}
			}
		})
	}
}

// TestUnsafePlacesAreRefused is a part of fault 31.
func TestUnsafePlacesAreRefused(t *testing.T) {
	for _, row := range []struct {
		name    string
		prepare func(t *testing.T, folder, file string)
		want    string
	}{
		{"folder open to others", func(t *testing.T, folder, file string) { chmod(t, folder, 0o755) }, "may be used by others (its mode is 0755, not 0700)"},
		{"folder is a link", func(t *testing.T, folder, file string) {
			if err := os.Rename(folder, folder+"-else"); err != nil {
				t.Fatal(err)
			}
			link(t, folder+"-else", folder)
		}, "is a symbolic link"},
		{"folder is a file", func(t *testing.T, folder, file string) {
			if err := os.Remove(folder); err != nil {
				t.Fatal(err)
			}
			write(t, folder, nil)
		}, "is no folder"},
		{"file is a link", func(t *testing.T, folder, file string) {
			write(t, file+".else", nil)
			link(t, file+".else", file)
		}, "is a symbolic link"},
		{"file is a link to nowhere", func(t *testing.T, folder, file string) { link(t, file+".else", file) }, "is a symbolic link"},
		{"file is a folder", func(t *testing.T, folder, file string) {
			if err := os.Mkdir(file, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "is no file"},
		{"file is a pipe", func(t *testing.T, folder, file string) {
			if err := syscall.Mkfifo(file, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "is no file"},
		{"file may be changed by others", func(t *testing.T, folder, file string) {
			write(t, file, nil)
			chmod(t, file, 0o666)
		}, "may be changed by others (its mode is 0666, not 0600)"},
		{"log of the file is a link", func(t *testing.T, folder, file string) {
			write(t, file, nil)
			link(t, file+".else", file+"-wal")
		}, "is a symbolic link"},
		{"folder of another user", func(t *testing.T, folder, file string) { chown(t, folder) }, "belongs to another user"},
		{"file of another user", func(t *testing.T, folder, file string) {
			write(t, file, nil)
			chown(t, file)
		}, "belongs to another user"},
	} {
		t.Run(row.name, func(t *testing.T) {
			above := t.TempDir()
			folder := filepath.Join(above, "history")
			file := filepath.Join(folder, "history.db")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			row.prepare(t, folder, file)
			before := contents(t, above)
			h := history.New(file, then(history.Options{}))
			h.Keep(asked(t, 1), juliet)
			err := h.Open(t.Context())
			if !errors.Is(err, history.ErrRefused) || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("it is not refused with %q: %v", row.want, err)
			}
			if s := h.Status(); s.Err == nil || s.Opened {
				t.Errorf("the status says %+v", s)
			}
			if err := h.Close(within(t, t.Context())); err == nil || !strings.Contains(err.Error(), "1 exchange was not written") {
				t.Errorf("Close says %v", err)
			}
			if diff := cmp.Diff(before, contents(t, above)); diff != "" {
				t.Errorf("something was written (-before +after):\n%s", diff)
			}
		})
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

func chown(t *testing.T, path string) {
	t.Helper()
	if err := os.Chown(path, 12345, 12345); err != nil {
		t.Skip("only root gives files away")
	}
}

// made is a history's file with some entries, closed.
func made(t *testing.T, path string, o history.Options) {
	t.Helper()
	h := history.New(path, then(o))
	if err := h.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	for n := uint64(1); n <= 20; n++ {
		h.Keep(asked(t, n), juliet)
	}
	kept(t, h)
	closed(t, h)
}

func sqlOf(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// TestAFreshFileBeside is a part of fault 31: what cannot be used stays as it is.
func TestAFreshFileBeside(t *testing.T) {
	for _, row := range []struct {
		name    string
		prepare func(t *testing.T, file string)
		why     error // nil: the file itself is used
	}{
		{"nothing there", func(t *testing.T, file string) {}, nil},
		{"an empty file", func(t *testing.T, file string) { write(t, file, nil) }, nil},
		{"an empty database", func(t *testing.T, file string) { sqlOf(t, file, "CREATE TABLE x(y)", "DROP TABLE x") }, nil},
		{"a text", func(t *testing.T, file string) { write(t, file, []byte("no database")) }, history.ErrForeign},
		{"random bytes", func(t *testing.T, file string) {
			data := make([]byte, 100_000)
			for i := range data {
				data[i] = byte(rand.Uint32())
			}
			write(t, file, data)
		}, history.ErrForeign},
		{"a gigabyte of nothing", func(t *testing.T, file string) {
			write(t, file, nil)
			if err := os.Truncate(file, 1<<30); err != nil {
				t.Fatal(err)
			}
		}, history.ErrForeign},
		{"the beginning of a header", func(t *testing.T, file string) { write(t, file, []byte("SQLite format 3\x00")) }, history.ErrForeign},
		{"another program's database", func(t *testing.T, file string) {
			sqlOf(t, file, "CREATE TABLE bookmarks(x)", "PRAGMA user_version = 1")
		}, history.ErrForeign},
		{"another program's database with its number", func(t *testing.T, file string) {
			sqlOf(t, file, "CREATE TABLE bookmarks(x)", "PRAGMA application_id = 77")
		}, history.ErrForeign},
		{"another program's database in use", func(t *testing.T, file string) {
			db := rawly(t, file)
			for _, s := range []string{"PRAGMA journal_mode = WAL", "CREATE TABLE bookmarks(x)", "INSERT INTO bookmarks VALUES(1)"} {
				if _, err := db.Exec(s); err != nil {
					t.Fatal(err)
				}
			}
		}, history.ErrForeign},
		{"another program's database that was left as it was", func(t *testing.T, file string) {
			db := rawly(t, file+".source")
			for _, s := range []string{"PRAGMA journal_mode = WAL", "CREATE TABLE bookmarks(x)", "INSERT INTO bookmarks VALUES(1)"} {
				if _, err := db.Exec(s); err != nil {
					t.Fatal(err)
				}
			}
			for _, suffix := range []string{"", "-wal"} {
				data, err := os.ReadFile(file + ".source" + suffix)
				if err != nil {
					t.Fatal(err)
				}
				write(t, file+suffix, data)
			}
		}, history.ErrForeign},
		{"a later version", func(t *testing.T, file string) {
			made(t, file, history.MoreSteps(history.Options{}, laterSteps...))
		}, history.ErrNewer},
		{"a table is missing", changed("DROP TABLE hours"), history.ErrBroken},
		{"a column is missing", changed("ALTER TABLE exchanges DROP COLUMN note"), history.ErrBroken},
		{"a column is named otherwise", changed("ALTER TABLE runs RENAME COLUMN name TO title"), history.ErrBroken},
		{"a trigger that does something", changed("CREATE TRIGGER t AFTER INSERT ON exchanges BEGIN DELETE FROM exchanges; END"), history.ErrBroken},
		{"a view in place of a table", changed("DROP TABLE total", "CREATE VIEW total AS SELECT 1 AS id, 2 AS bytes"), history.ErrBroken},
		{"a table that is not strict", changed("DROP TABLE runs", "CREATE TABLE runs(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)"), history.ErrBroken},
		{"an index with an expression", changed("CREATE INDEX i ON runs(abs(-9223372036854775808 + id))"), history.ErrBroken},
		{"no version", changed("PRAGMA user_version = 0"), history.ErrBroken},
		{"a negative version", changed("PRAGMA user_version = -5"), history.ErrBroken},
		{"the schema is no SQL", changed("PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET sql = 'CREATE TABLE (' WHERE name = 'runs'"), history.ErrBroken},
		{"cut in the middle", func(t *testing.T, file string) {
			made(t, file, history.Options{})
			if err := os.Truncate(file, 3*4096); err != nil {
				t.Fatal(err)
			}
		}, history.ErrBroken},
		{"zeros behind the header", func(t *testing.T, file string) {
			made(t, file, history.Options{})
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			clear(data[100:])
			write(t, file, data)
		}, history.ErrBroken},
	} {
		t.Run(row.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "history")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(folder, "history.db")
			row.prepare(t, file)
			before := imprint(t, file)
			h := openedAt(t, file, history.Options{})
			kept(t, h, asked(t, 1))
			s := h.Status()
			if row.why == nil {
				if s.Beside != nil || s.Path != file {
					t.Errorf("%s is used, because %v", s.Path, s.Beside)
				}
				return
			}
			if !errors.Is(s.Beside, row.why) || strings.Contains(s.Beside.Error(), "\n") {
				t.Errorf("a fresh file is used because of %v, want %v", s.Beside, row.why)
			}
			if s.Path != filepath.Join(folder, "history-2.db") {
				t.Errorf("%s is used", s.Path)
			}
			if ids := found(t, h, history.Query{Words: "disco"}); !cmp.Equal(ids, []int64{1}) {
				t.Errorf("%v is found in the fresh file", ids)
			}
			if after := imprint(t, file); before != after {
				t.Errorf("the file that cannot be used was changed: %s before, %s after", before, after)
			}
		})
	}
}

// imprint is what a file holds in a few characters; a large one is taken by its beginning.
func imprint(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "none"
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.LimitReader(f, 10<<20)); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d bytes of %v, %x", info.Size(), info.ModTime(), sum.Sum(nil))
}

// changed prepares a history that somebody has changed.
func changed(statements ...string) func(*testing.T, string) {
	return func(t *testing.T, file string) {
		made(t, file, history.Options{})
		sqlOf(t, file, statements...)
	}
}

func TestTheFirstFreshFileThatWorksIsUsed(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "history")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "history.db")
	write(t, file, []byte("no database"))
	write(t, filepath.Join(folder, "history-2.db"), []byte("none either"))
	made(t, filepath.Join(folder, "history-3.db"), history.Options{})
	h := openedAt(t, file, history.Options{})
	if s := h.Status(); s.Path != filepath.Join(folder, "history-3.db") || !strings.Contains(fmt.Sprint(s.Beside), file) {
		t.Errorf("%s is used: %v", s.Path, s.Beside)
	}
	if ids := found(t, h, history.Query{Limit: 1}); !cmp.Equal(ids, []int64{20}) {
		t.Errorf("the newest entry is %v", ids)
	}
}

func TestWhereAllIsTakenNothingIsKept(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "history")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "history.db"), []byte("no database"))
	for n := 2; n <= 9; n++ {
		write(t, filepath.Join(folder, fmt.Sprintf("history-%d.db", n)), []byte("no database"))
	}
	h := history.New(filepath.Join(folder, "history.db"), then(history.Options{}))
	if err := h.Open(t.Context()); !errors.Is(err, history.ErrRefused) {
		t.Errorf("Open says %v", err)
	}
	closed(t, h)
	if len(contents(t, folder)) != 10 {
		t.Error("something was written")
	}
}
