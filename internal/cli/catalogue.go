package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"iqscope/internal/config"
	"iqscope/iqbuilder/catalog"
)

// maxSetting is how much a field is set to from a file: the limit of one stanza.
const maxSetting = 1 << 20

// catalogue is what is built in together with the user's own kinds.
func (p *program) catalogue() (*catalog.Catalog, error) {
	c, warnings, err := p.loadCatalogue()
	if err != nil {
		return nil, refuse(err)
	}
	p.warn(warnings)
	return c, nil
}

// screenCatalogue is what the screen has: what is built in at least.
func (p *program) screenCatalogue() (*catalog.Catalog, error) {
	c, warnings, err := p.loadCatalogue()
	switch {
	case err != nil:
		return catalog.Builtin(), err
	case len(warnings) > 0:
		return c, errors.New(warnings[0])
	}
	return c, nil
}

func (p *program) loadCatalogue() (*catalog.Catalog, []string, error) {
	c := catalog.Builtin()
	dir, err := config.KindsDir(p.getenv)
	if err != nil { // without a home there is nothing of one's own
		return c, nil, nil
	}
	files, warnings, err := config.LoadKinds(dir)
	if err != nil || len(files) == 0 {
		return c, warnings, err
	}
	c, err = c.With(files...)
	return c, warnings, err
}

// kind is the request kind of that name.
func (p *program) kind(name string) (*catalog.Kind, error) {
	c, err := p.catalogue()
	if err != nil {
		return nil, err
	}
	k, err := c.Kind(name)
	if err != nil {
		return nil, usage("%w", err)
	}
	return k, nil
}

// values reads settings: field=value, or field@FILE for what stands in a file, field@- for what comes
// on standard input. What is secret does not come in an argument, which everybody on a machine sees.
func (p *program) values(ctx context.Context, k *catalog.Kind, settings []string) (catalog.Values, error) {
	v := catalog.Values{}
	for _, setting := range settings {
		at := strings.IndexAny(setting, "=@")
		if open := strings.IndexByte(setting, '['); open >= 0 && open < at {
			if end := strings.IndexByte(setting[open:], ']'); end >= 0 {
				at = open + end + strings.IndexAny(setting[open+end:]+"=", "=@")
			}
		}
		fromFile := at >= 0 && at < len(setting) && setting[at] == '@'
		if fromFile {
			text, err := p.settingFrom(ctx, setting[at+1:])
			if err != nil {
				return nil, err
			}
			setting = setting[:at] + "=" + text
		} else if name, _, ok := strings.Cut(setting, "="); ok && isSecret(k, name) {
			return nil, usage("%s is a secret, and everybody on this machine sees arguments: give it as %s@FILE, or %s@- for standard input", name, name, name)
		}
		if err := k.Set(v, setting); err != nil {
			return nil, usage("%w", err)
		}
	}
	return v, nil
}

// settingFrom is the text of a file, or of standard input, without the line end behind it.
func (p *program) settingFrom(ctx context.Context, path string) (string, error) {
	var from io.Reader = p.stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return "", refuse(err)
		}
		defer file.Close()
		from = file
	}
	text, err := readAll(ctx, from, maxSetting)
	if errors.Is(err, errTooLong) {
		return "", refuse(fmt.Errorf("%s is longer than a stanza may be, 1 MiB", path))
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r"), err
}

func isSecret(k *catalog.Kind, name string) bool {
	for i := range k.Fields {
		if k.Fields[i].Name == name {
			return k.Fields[i].Secret
		}
	}
	return false
}

// completeKinds completes names of request kinds, with their titles.
func (p *program) completeKinds(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	c, err := p.catalogue()
	if err != nil {
		c = catalog.Builtin()
	}
	var all []cobra.Completion
	for _, k := range c.Kinds() {
		all = append(all, cobra.CompletionWithDesc(k.Key, k.Title))
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// completeFields completes the fields of a request kind, with the values that an enum has.
func (p *program) completeFields(name, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	k, err := p.kind(name)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if key, _, valued := strings.Cut(typed, "="); valued {
		return completeValues(k, key), cobra.ShellCompDirectiveNoFileComp
	}
	var all []cobra.Completion
	for i := range k.Fields {
		f := &k.Fields[i]
		switch {
		case f.Fixed != "":
		case f.Secret:
			all = append(all, cobra.CompletionWithDesc(f.Name+"@", f.Help))
		case f.Type == catalog.Form:
			all = append(all, cobra.CompletionWithDesc(f.Name+"[", f.Help))
		case f.Type == catalog.List:
			for _, c := range f.Columns {
				all = append(all, cobra.CompletionWithDesc(f.Name+"[1]."+c.Name+"=", c.Help))
			}
		default:
			all = append(all, cobra.CompletionWithDesc(f.Name+"=", f.Help))
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeValues completes what a field, or a column in any row of a list, can be.
func completeValues(k *catalog.Kind, key string) []cobra.Completion {
	var all []cobra.Completion
	of := func(f *catalog.Field) {
		for _, c := range f.Choices {
			all = append(all, cobra.CompletionWithDesc(key+"="+c.Value, c.Help))
		}
		if f.Type == catalog.Bool || f.Type == catalog.Flag {
			all = append(all, key+"=true", key+"=false")
		}
	}
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Name == key {
			of(f)
		}
		for j := range f.Columns {
			if c := &f.Columns[j]; strings.HasPrefix(key, f.Name+"[") && strings.HasSuffix(key, "]."+c.Name) || key == f.Name+"."+c.Name {
				of(c)
			}
		}
	}
	return all
}
