package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
	"github.com/spf13/cobra"

	"iqscope/internal/config"
	"iqscope/internal/nearest"
	"iqscope/themes"
)

// themeVariable names a theme for those that the command line does not.
const themeVariable = "IQSCOPE_THEME"

// themeFlags are those of the commands with a screen.
func (p *program) themeFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.flags.theme, "theme", "", "colours of the screen: auto, or the `name` of a theme (or IQSCOPE_THEME)")
	cmd.Flags().BoolVar(&p.flags.plain, "plain", false, "a screen for screen readers and slow lines: ASCII, no colours, nothing moves")
	_ = cmd.RegisterFlagCompletionFunc("theme", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		names := append([]string{config.AutoTheme}, themes.Names()...)
		own, _ := p.ownThemes()
		for _, o := range own {
			names = append(names, o.Name)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
}

// ownThemes are the user's, of which some may be wrong.
func (p *program) ownThemes() ([]themes.Own, error) {
	dir, err := config.ThemesDir(p.getenv)
	if err != nil { // without a home there is nothing of one's own
		return nil, nil
	}
	return config.LoadThemes(dir)
}

// dressing is what the screen looks like, and what there is to choose from.
type dressing struct {
	theme   themes.Theme
	all     *themes.Collection
	named   string // where a theme was named, which goes before what is chosen on the screen; "" for nowhere
	notices []string
}

// dress chooses the theme: what is named by the command line, the environment, the profile, the
// configuration, or was chosen on the screen before; else by the terminal, whose background is asked
// for then.
func (p *program) dress(background func() themes.Background) (*dressing, error) {
	f := &p.flags
	name, from := f.theme, f.called("theme")
	if value := p.getenv(themeVariable); value != "" && !f.set.Changed("theme") {
		name, from = value, themeVariable
	}
	file, err := p.configuration()
	if err != nil {
		return nil, err
	}
	if name == "" && file.Theme != "" {
		name, from = file.Theme, "theme in "+file.Path
	}
	plain := f.plain || file.Plain && !f.set.Changed("plain")
	d := &dressing{}
	if name != "" {
		d.named = from
	}
	own, err := p.ownThemes()
	if err != nil {
		d.notices = append(d.notices, err.Error())
	}
	glyphs := themes.GlyphsFor(p.getenv)
	if plain {
		glyphs = themes.StillASCII()
	}
	renderer, colourless := p.colours()
	d.all = themes.NewCollection(renderer, glyphs, own)
	switch {
	case name != "":
	case plain:
		name = themes.NamePlain
	case p.getenv("TERM") == "dumb":
	case colourless:
		name = themes.NameMono
	default:
		if name = p.rememberedTheme(); !slices.Contains(d.all.Names(), name) {
			name = "" // there is none, or its file has gone
		}
	}
	if name == "" || name == config.AutoTheme {
		d.theme = d.all.Picked(p.getenv, background)
		return d, nil
	}
	theme, ok := d.all.Theme(name)
	if !ok {
		names := append(d.all.Names(), config.AutoTheme)
		return nil, usage("%s: there is no theme %.60q%s", from, name, nearest.Suggestion(name, names, "there are "))
	}
	if o, _ := d.all.Own(name); o.Err != nil {
		d.notices = append(d.notices, fmt.Sprintf("%v; the theme looks as %s does", o.Err, cmp.Or(o.Base, themes.NameDark)))
	}
	d.theme = theme
	return d, nil
}

// colours knows how many colours the terminal has, and without says that the environment asks for
// none. That is for who does not choose a theme (no-color.org).
func (p *program) colours() (r *lipgloss.Renderer, without bool) {
	r = lipgloss.NewRenderer(p.stdout)
	terminal := termenv.NewOutput(p.stdout, termenv.WithEnvironment(environment{p}))
	profile := terminal.ColorProfile()
	if profile == termenv.Ascii {
		profile = terminal.EnvColorProfile() // CLICOLOR_FORCE
	}
	r.SetColorProfile(profile)
	return r, terminal.EnvNoColor()
}

// environment is the program's, as termenv asks for it.
type environment struct{ p *program }

func (e environment) Environ() []string         { return e.p.environ }
func (e environment) Getenv(name string) string { return e.p.getenv(name) }

func (p *program) rememberedTheme() string {
	dir, err := config.StateDir(p.getenv)
	if err != nil {
		return ""
	}
	screen, _ := config.LoadScreen(config.ScreenFile(dir)) // what is wrong with it, the screen says
	return screen.Theme
}

// rememberTheme notes what was chosen on the screen, for the next start.
func (p *program) rememberTheme(name string) error {
	dir, err := config.StateDir(p.getenv)
	if err == nil {
		err = config.UpdateScreen(config.ScreenFile(dir), func(s *config.Screen) { s.Theme = name })
	}
	if err != nil {
		return errors.New("the theme is not remembered: " + err.Error())
	}
	return nil
}
