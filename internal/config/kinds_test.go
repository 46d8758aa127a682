package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestKindsAreReadFromTheirFolder(t *testing.T) {
	home := t.TempDir()
	dir, err := KindsDir(func(name string) string { return map[string]string{"XDG_CONFIG_HOME": home}[name] })
	if err != nil || dir != filepath.Join(home, "iqscope", "kinds") {
		t.Fatalf("the folder is %s, %v", dir, err)
	}
	if files, _, err := LoadKinds(dir); err != nil || files != nil {
		t.Errorf("a folder that does not exist has %v, %v", files, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"b.toml": "B", "a.toml": "A", "c.toml~": "", ".d.toml": "", "e.txt": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, warnings, err := LoadKinds(dir)
	if err != nil || len(warnings) > 0 || len(files) != 2 || files[0].Name != filepath.Join(dir, "a.toml") || string(files[1].Text) != "B" {
		t.Errorf("got %q, %v, %v", files, warnings, err)
	}
}

func TestKindsThatCannotBeTrustedAreNotRead(t *testing.T) {
	for _, row := range []struct {
		name, want string
		make       func(path string) error
	}{
		{"too long", "longer than 262144 bytes; that is no file of the catalogue", func(path string) error {
			return os.WriteFile(path, []byte(strings.Repeat("#", maxKinds+1)), 0o600)
		}},
		{"a folder", "this is no regular file but a folder", func(path string) error { return os.Mkdir(path, 0o700) }},
		{"everybody's", "says what is sent in your name", func(path string) error {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				return err
			}
			return os.Chmod(path, 0o666)
		}},
	} {
		if row.name == "everybody's" && runtime.GOOS == "windows" { // which has no such bits
			continue
		}
		dir := t.TempDir()
		if err := row.make(filepath.Join(dir, "a.toml")); err != nil {
			t.Fatal(err)
		}
		if files, _, err := LoadKinds(dir); err == nil || !strings.Contains(err.Error(), row.want) || files != nil {
			t.Errorf("%s: got %v, %v, want %q", row.name, files, err, row.want)
		}
	}
}
