package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsRememberedOfTheScreenComesBack(t *testing.T) {
	path := ScreenFile(filepath.Join(t.TempDir(), "state"))
	if s, err := LoadScreen(path); err != nil || !cmp.Equal(s, Screen{}) {
		t.Fatalf("without a file: %+v, %v", s, err)
	}
	for _, change := range []func(*Screen){
		func(s *Screen) { s.Left, s.LogRows = -4, 3 },
		func(s *Screen) { s.Theme, s.Welcomed = "light", true },
		func(s *Screen) { s.Columns = []string{"time", "peer"} },
	} {
		if err := UpdateScreen(path, change); err != nil {
			t.Fatal(err)
		}
	}
	s, err := LoadScreen(path)
	want := Screen{Version: ScreenVersion, Left: -4, LogRows: 3, Theme: "light", Welcomed: true, Columns: []string{"time", "peer"}}
	if err != nil || !cmp.Equal(s, want) {
		t.Fatalf("%+v, %v, want %+v", s, err, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v, want a file of mode 0600", info, err)
	}
}

func TestADamagedMemoryOfTheScreenIsToldAndThenReplaced(t *testing.T) {
	path := ScreenFile(t.TempDir())
	if err := os.WriteFile(path, []byte("version = 1\nlfet = 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := LoadScreen(path); err == nil || !strings.Contains(err.Error(), "left") || !cmp.Equal(s, Screen{}) {
		t.Fatalf("%+v, %v, want an error that names left", s, err)
	}
	if err := UpdateScreen(path, func(s *Screen) { s.Left = 2 }); err != nil {
		t.Fatal(err)
	}
	if s, err := LoadScreen(path); err != nil || s.Left != 2 {
		t.Errorf("%+v, %v", s, err)
	}
}
