package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionCommand prints this program's version, and asks others for theirs.
func (p *program) versionCommand() *cobra.Command {
	cmd := p.askCommand("version", "version", "Print the version, or ask others which program they are")
	cmd.Long = "Print the version of iqscope; with names, ask those which program they are.\n\n" + askHelp
	ask := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return ask(cmd, args)
		}
		_, err := fmt.Fprintln(p.stdout, versionNow())
		return p.written(err)
	}
	return cmd
}

// releaseVersion is what others are told who ask; "" for a build that is no release.
func releaseVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "(devel)" {
		return ""
	}
	return info.Main.Version
}

func versionNow() string {
	info, _ := debug.ReadBuildInfo()
	return versionLine(info)
}

// versionLine says what was built, from what, and for which system.
func versionLine(info *debug.BuildInfo) string {
	version, revision := "unknown", ""
	if info != nil {
		version = cmp.Or(info.Main.Version, version)
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = " " + s.Value[:min(12, len(s.Value))] + revision
			case s.Key == "vcs.modified" && s.Value == "true":
				revision += " (modified)"
			}
		}
	}
	return fmt.Sprintf("iqscope %s%s %s %s/%s", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
