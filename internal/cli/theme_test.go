package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"iqscope/internal/config"
	"iqscope/themes"
)

// withTheme writes a theme of one's own beside the configuration of an environment.
func withTheme(t *testing.T, env []string, name, text string) {
	t.Helper()
	p := &program{environ: env}
	dir, err := config.ThemesDir(p.getenv)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".toml"), []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// dressed is what the screen would look like with a command line.
func dressed(t *testing.T, env []string, background themes.Background, args ...string) (*dressing, error) {
	t.Helper()
	p, _, err := settled(t, env, args...)
	if err != nil {
		t.Fatal(err)
	}
	return p.dress(func() themes.Background { return background })
}

func TestTheThemeIsNamedByTheNearest(t *testing.T) {
	const both = "theme = 'mono'\n[profile.work]\njid = 'a@b'\ntheme = 'light'\n"
	for _, row := range []struct {
		name, file string
		env        []string
		args       []string
		want       string
	}{
		{"nothing", "", nil, nil, themes.NameLight},
		{"the flag", both, []string{"IQSCOPE_THEME=neutral"}, []string{"--theme", "contrast", "--profile", "work"}, themes.NameContrast},
		{"the environment", both, []string{"IQSCOPE_THEME=neutral"}, []string{"--profile", "work"}, themes.NameNeutral},
		{"the profile", both, nil, []string{"--profile", "work"}, themes.NameLight},
		{"the configuration", both, nil, nil, themes.NameMono},
		{"with the built-in server", both, nil, []string{"--demo"}, themes.NameMono},
		{"auto", both, nil, []string{"--theme", "auto"}, themes.NameLight},
		{"no colours", "", []string{"NO_COLOR=1"}, nil, themes.NameMono},
		{"no colours, the other way", "", []string{"CLICOLOR=0"}, nil, themes.NameMono},
		{"no colours, but a theme", "", []string{"NO_COLOR=1"}, []string{"--theme", "dark"}, themes.NameDark},
		{"a dumb terminal", "", []string{"TERM=dumb"}, nil, themes.NamePlain},
		{"plain", "", nil, []string{"--plain"}, themes.NamePlain},
		{"plain, but a theme", "", nil, []string{"--plain", "--theme", "dark"}, themes.NameDark},
		{"plain in the configuration", "plain = true", nil, nil, themes.NamePlain},
		{"plain in the profile", "[profile.work]\njid = 'a@b'\nplain = true", nil, []string{"--profile", "work"}, themes.NamePlain},
		{"plain in the configuration, but not now", "plain = true", nil, []string{"--plain=false"}, themes.NameLight},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, err := dressed(t, configured(t, row.file, row.env...), themes.LightBackground, row.args...)
			if err != nil {
				t.Fatal(err)
			}
			if d.theme.Name != row.want {
				t.Errorf("the theme is %s, want %s", d.theme.Name, row.want)
			}
			if plain := strings.HasPrefix(row.name, "plain") && !strings.HasSuffix(row.name, "not now"); d.theme.Glyphs.ASCII != plain || d.theme.Glyphs.Still != plain {
				t.Errorf("drawn with %+v", d.theme.Glyphs)
			}
			if other, _ := d.all.Theme(themes.NameContrast); other.Glyphs.ASCII != d.theme.Glyphs.ASCII {
				t.Error("another theme is drawn with other glyphs")
			}
		})
	}
}

func TestAThemeThatDoesNotExistIsRefusedWithTheNearest(t *testing.T) {
	for _, row := range []struct {
		name, file string
		env, args  []string
		says       string
	}{
		{"the flag", "", nil, []string{"--theme", "drak"}, `--theme: there is no theme "drak"; did you mean "dark"?`},
		{"one's own", "", nil, []string{"--theme", "dusl"}, `did you mean "dusk"?`},
		{"the environment", "", []string{"IQSCOPE_THEME=drak"}, nil, `IQSCOPE_THEME: there is no theme "drak"`},
		{"the configuration", "theme = 'drak'", nil, nil, `config.toml: there is no theme "drak"`},
		{"the profile", "[profile.work]\njid = 'a@b'\ntheme = 'drak'", nil, []string{"--profile", "work"}, `theme in the profile "work": there is no theme "drak"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := configured(t, row.file, row.env...)
			withTheme(t, env, "dusk", "base = 'dark'")
			_, err := dressed(t, env, themes.DarkBackground, row.args...)
			if err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("it says %v", err)
			}
		})
	}
}

func TestAThemeThatIsWrongLooksAsItsBaseAndSaysSo(t *testing.T) {
	env := configured(t, "")
	withTheme(t, env, "dusk", "base = 'contrast'\n[colours]\nerorr = 'red'")
	d, err := dressed(t, env, themes.LightBackground, "--theme", "dusk")
	if err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(d.notices, "\n"); !strings.Contains(said, `dusk.toml:3:1: there is no colour "erorr" in a theme; did you mean "error"?; the theme looks as contrast does`) {
		t.Errorf("it says %q", said)
	}
	if contrast, _ := d.all.Theme(themes.NameContrast); d.theme.Error.Render("x") != contrast.Error.Render("x") {
		t.Error("it does not look as its base does")
	}
}

func TestTheThemeOfTheScreenIsThereAtTheNextStart(t *testing.T) {
	env := configured(t, "")
	p := &program{environ: env}
	withTheme(t, env, "dusk", "")
	for _, name := range []string{themes.NameContrast, "dusk"} {
		if err := p.rememberTheme(name); err != nil {
			t.Fatal(err)
		}
		if d, err := dressed(t, env, themes.LightBackground); err != nil || d.theme.Name != name || d.named != "" {
			t.Errorf("after %s was chosen, the next start has %v, %v", name, d, err)
		}
	}
	if d, _ := dressed(t, append(env, "NO_COLOR=1"), themes.LightBackground); d.theme.Name != themes.NameMono {
		t.Errorf("with NO_COLOR it has %s", d.theme.Name)
	}
	if d, _ := dressed(t, env, themes.LightBackground, "--theme", "auto"); d.theme.Name != themes.NameLight || d.named != "--theme" {
		t.Errorf("with auto it has %s, named by %q", d.theme.Name, d.named)
	}
	if err := p.rememberTheme("gone"); err != nil {
		t.Fatal(err)
	}
	if d, err := dressed(t, env, themes.LightBackground); err != nil || d.theme.Name != themes.NameLight {
		t.Errorf("with one that has gone, the start has %v, %v", d, err)
	}
}

func TestNamesOfThemesAreCompleted(t *testing.T) {
	env := configured(t, "")
	withTheme(t, env, "dusk", "")
	r := call{args: []string{"__complete", "--theme", ""}, env: env}.run(t.Context())
	offered := strings.Split(r.stdout, "\n")
	for _, name := range append([]string{"auto", "dusk"}, themes.Names()...) {
		if !slices.Contains(offered, name) {
			t.Errorf("%s is not offered: %q", name, offered)
		}
	}
}
