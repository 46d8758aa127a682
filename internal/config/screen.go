package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pelletier/go-toml/v2"

	"iqscope/internal/stricttoml"
)

const (
	// ScreenVersion is the format of the file with what is remembered of the screen.
	ScreenVersion = 1
	maxScreen     = 16 << 10
)

var screenFormat = &format{
	Format: stricttoml.Format{Version: ScreenVersion},
	limit:  maxScreen,
	what:   "screen's memory",
	power:  "says how the screen looks",
}

// Screen is what is remembered of the screen from one start to the next. The zero Screen remembers
// nothing.
type Screen struct {
	Version int `toml:"version"`
	// Left, Right, Upper and LogRows are how far the borders between the panes were moved, in cells.
	Left    int `toml:"left,omitempty"`
	Right   int `toml:"right,omitempty"`
	Upper   int `toml:"upper,omitempty"`
	LogRows int `toml:"log_rows,omitempty"`
	// Theme is the name of the theme that was chosen; empty for none.
	Theme string `toml:"theme,omitempty"`
	// Columns are those of the log that were chosen, by their names; none for the usual ones.
	Columns []string `toml:"columns,omitempty"`
	// Welcomed says that the card for newcomers was seen.
	Welcomed bool `toml:"welcomed,omitempty"`
}

// ScreenFile is where it is kept below the folder of what is remembered.
func ScreenFile(stateDir string) string { return filepath.Join(stateDir, "screen.toml") }

// LoadScreen reads what is remembered of the screen; the zero Screen where there is no file. One
// that cannot be read, or that somebody else could have written, is an error beside the zero Screen.
func LoadScreen(path string) (Screen, error) {
	text, _, err := screenFormat.read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Screen{}, nil
	}
	if err != nil {
		return Screen{}, err
	}
	var s Screen
	if _, err := screenFormat.Decode(path, text, &s); err != nil {
		return Screen{}, err
	}
	return s, nil
}

// UpdateScreen changes what is remembered of the screen. A file that cannot be read is replaced. Of
// two programs that do so at once, the last one's change stays.
func UpdateScreen(path string, change func(*Screen)) error {
	s, _ := LoadScreen(path)
	change(&s)
	s.Version = ScreenVersion
	text, err := toml.Marshal(s)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return exchange(path, text)
}
