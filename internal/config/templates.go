package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"iqscope/internal/stricttoml"
)

const (
	// TemplateVersion is the format of template files that this program writes and reads.
	TemplateVersion = 1
	// maxTemplate is how long the file of a template may be, in bytes.
	maxTemplate = 256 << 10
	// maxTemplates is how many of them are read.
	maxTemplates = 1000
)

// templates is the format of a template's file.
var templates = &format{
	Format: stricttoml.Format{Version: TemplateVersion},
	limit:  maxTemplate,
	what:   "template",
	power:  "says what is sent in your name",
}

// Template is a draft that was saved under a name. Places such as {{node}} in its text are asked for
// when it is used.
type Template struct {
	Name    string
	Text    string
	FreshID bool // the id in the text was made by the program, and gives way to a new one
}

// templateFile is a template as it stands in its file, which has its name.
type templateFile struct {
	Version int    `toml:"version"`
	FreshID bool   `toml:"fresh_id,omitempty"`
	Text    string `toml:"text,multiline"`
}

const templateHeader = "# A template of iqscope. {{NAME}} in the text is asked for when the template is used.\n"

// ErrTemplateExists says that there is a template of the name, which was not to be replaced.
var ErrTemplateExists = errors.New("there is a template of that name already")

// TemplatesDir is the folder of the templates.
func TemplatesDir(getenv func(string) string) (string, error) {
	dir, err := Dir(getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "templates"), nil
}

// LoadTemplates reads all templates in a folder, in the order of their names; a folder that does not
// exist has none. One that cannot be read, or that somebody else could have written, is left out, and
// the problems say why.
func LoadTemplates(dir string) (all []Template, problems []error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, []error{err}
	}
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), ".toml")
		if !ok || strings.HasPrefix(name, ".") {
			continue
		}
		if len(all) == maxTemplates {
			return all, append(problems, &Error{File: dir, Text: fmt.Sprintf("there are more than %d templates in it", maxTemplates)})
		}
		t, err := loadTemplate(filepath.Join(dir, entry.Name()))
		if err != nil {
			problems = append(problems, err)
			continue
		}
		t.Name = name
		all = append(all, t)
	}
	return all, problems
}

func loadTemplate(path string) (Template, error) {
	text, _, err := templates.read(path)
	if err != nil {
		return Template{}, err
	}
	var file templateFile
	document, err := templates.Decode(path, text, &file)
	switch {
	case err != nil:
		return Template{}, err
	case strings.TrimSpace(file.Text) == "":
		return Template{}, document.Problem("a template has a text", "text")
	}
	return Template{Text: file.Text, FreshID: file.FreshID}, nil
}

// templatePath is the file of a template, which is named after it.
func templatePath(dir, name string) (string, error) {
	if name == "" {
		return "", errors.New("a template has a name")
	}
	if why := noFileName(name); why != "" {
		return "", fmt.Errorf("the file of a template is named after it, and of %.60q that cannot be: %s", name, why)
	}
	return filepath.Join(dir, name+".toml"), nil
}

// SaveTemplate writes a template, with the mode 0600 and missing folders with 0700. Whatever happens
// meanwhile, there is the old file or the new one. One that is there is replaced only if over says so
// (else the error is ErrTemplateExists), and only if it can be read: what somebody is mending by hand
// is left alone.
func SaveTemplate(dir string, t Template, over bool) error {
	path, err := templatePath(dir, t.Name)
	if err != nil {
		return fmt.Errorf("the template is not saved: %w", err)
	}
	text, err := writeTemplate(t)
	if err != nil {
		return fmt.Errorf("the template is not saved: %w", err)
	}
	switch _, err := loadTemplate(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("the template is not saved, to keep what is there: %w", err)
	case !over:
		return ErrTemplateExists
	}
	if err := replace(path, text); err != nil {
		return fmt.Errorf("the template is not saved: %w", err)
	}
	return nil
}

// writeTemplate is the text of a template's file. It says the same when it is read again, or there is
// an error.
func writeTemplate(t Template) ([]byte, error) {
	text := bytes.NewBufferString(templateHeader)
	if err := toml.NewEncoder(text).Encode(templateFile{TemplateVersion, t.FreshID, t.Text}); err != nil {
		return nil, err
	}
	var again templateFile
	switch _, err := templates.Decode("", text.Bytes(), &again); {
	case text.Len() > maxTemplate:
		return nil, fmt.Errorf("it is longer than %d bytes", maxTemplate)
	case err != nil || again.Text != t.Text:
		return nil, errors.New("there are characters in it that a file of TOML cannot hold")
	}
	return text.Bytes(), nil
}

// RemoveTemplate deletes a template. One that has gone is no error.
func RemoveTemplate(dir, name string) error {
	path, err := templatePath(dir, name)
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the template is still there: %w", err)
	}
	return nil
}
