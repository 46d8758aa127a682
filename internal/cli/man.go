package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes manual pages, for packagers.
func (p *program) manCommand() *cobra.Command {
	return &cobra.Command{
		Use: "man DIR", Short: "Write the manual pages into a folder, one for each command",
		Args: oneFolder, Annotations: map[string]string{offline: ""},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return refuse(err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true // pages of the same version are the same
			if err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "iqscope"}, args[0]); err != nil {
				return refuse(fmt.Errorf("cannot write the manual pages: %w", err))
			}
			return nil
		},
	}
}

func oneFolder(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("man takes one folder, to write the pages into")
	}
	return nil
}
