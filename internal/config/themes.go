package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"iqscope/internal/nearest"
	"iqscope/internal/stricttoml"
	"iqscope/themes"
)

const (
	// ThemeVersion is the format of theme files that this program reads.
	ThemeVersion = 1
	// maxTheme is how long the file of a theme may be, in bytes: a line for each of its colours and
	// as many remarks.
	maxTheme = 16 << 10
	// maxThemes is how many of them are read.
	maxThemes = 200
	// AutoTheme, in place of a theme's name, leaves the choice to the program.
	AutoTheme = "auto"
)

// themeFiles is the format of a theme's file, which has the theme's name:
//
//	base = "dark"
//	chroma = "monokai"
//	peers = ["#ff8800", "cyan"]
//
//	[colours]
//	error = "#ff0000"
//	selected-background = 4
var themeFiles = &format{
	Format: stricttoml.Format{
		Version: ThemeVersion,
		Choices: map[string][]string{"base": themes.Bases(), "chroma": append(themes.SyntaxNames(), themes.OwnSyntax)},
	},
	limit: maxTheme,
	what:  "theme",
	power: "could hide what is on your screen",
}

type themeFile struct {
	Version int               `toml:"version"`
	Base    string            `toml:"base"`
	Chroma  string            `toml:"chroma"`
	Peers   colourList        `toml:"peers"`
	Colours map[string]colour `toml:"colours"`
}

// ThemesDir is the folder of one's own themes.
func ThemesDir(getenv func(string) string) (string, error) {
	dir, err := Dir(getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "themes"), nil
}

// LoadThemes reads all themes in a folder, in the order of their names; a folder that does not exist
// has none. Of one that is wrong, Err says why.
func LoadThemes(dir string) ([]themes.Own, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var all []themes.Own
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), ".toml")
		if !ok || name == "" || strings.HasPrefix(name, ".") {
			continue
		}
		if len(all) == maxThemes {
			return all, &Error{File: dir, Text: fmt.Sprintf("there are more than %d themes in it", maxThemes)}
		}
		path := filepath.Join(dir, entry.Name())
		if name == AutoTheme || slices.Contains(themes.Names(), name) {
			err = errors.Join(err, &Error{File: path, Text: fmt.Sprintf("%q is the name of a theme that is built in; another name for the file makes it a theme", name)})
			continue
		}
		all = append(all, loadTheme(path, name))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	return all, err
}

func loadTheme(path, name string) themes.Own {
	text, _, err := themeFiles.read(path)
	if err != nil {
		return themes.Own{Name: name, Err: err}
	}
	return parseTheme(path, name, text)
}

func parseTheme(path, name string, text []byte) themes.Own {
	var file themeFile
	document, err := themeFiles.Decode(path, text, &file)
	own := themes.Own{Name: name, Base: file.Base, Chroma: file.Chroma, Colours: map[string]string{}}
	if err != nil {
		own.Err = err
		return own
	}
	known := themes.Colours()
	var unknown stricttoml.Problems
	for role, c := range file.Colours {
		own.Colours[role] = string(c)
		if !slices.Contains(known, role) {
			why := fmt.Sprintf("there is no colour %.60q in a theme%s", role, nearest.Suggestion(role, known, "there are "))
			unknown = append(unknown, document.Problem(why, "colours", role))
		}
	}
	own.Peers = file.Peers
	if len(unknown) > 0 {
		slices.SortFunc(unknown, func(a, b *Error) int { return a.Line - b.Line })
		own.Err = unknown[:min(len(unknown), maxUnknownColours)]
	}
	return own
}

// maxUnknownColours is how many of them are told: as many as a notice has room for.
const maxUnknownColours = 3

// colour is a colour as package themes has it: "#rrggbb", a number, or "" for the terminal's own.
type colour string

// UnmarshalValue reads what themes.ParseColour takes, and a plain number.
func (c *colour) UnmarshalValue(v stricttoml.Value) error {
	known, ok := "", false
	if v.Kind == stricttoml.String || v.Kind == stricttoml.Integer {
		known, ok = themes.ParseColour(v.Text)
	}
	if !ok {
		why := `want a colour such as "#ff8800", a number from 0 to 255, or a name such as "bright-red"`
		names := themes.ColourNames()
		if best := nearest.Word(v.Text, names, nearest.Slips(v.Text)); v.Kind == stricttoml.String && best != "" {
			why = fmt.Sprintf("there is no colour %.60q; did you mean %q?", v.Text, best)
		}
		return errors.New(why)
	}
	*c = colour(known)
	return nil
}

// colourList is colours in a row.
type colourList []string

// UnmarshalValue reads an array.
func (l *colourList) UnmarshalValue(v stricttoml.Value) error {
	if v.Kind != stricttoml.Array {
		return errors.New(`want colours between brackets, such as ["#ff8800", "cyan"]`)
	}
	for _, item := range v.Items {
		var c colour
		if err := c.UnmarshalValue(item); err != nil {
			return err
		}
		*l = append(*l, string(c))
	}
	return nil
}
