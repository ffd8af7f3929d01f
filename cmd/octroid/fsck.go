package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/internal/priority"
	"github.com/octroi/octroi/server"
)

func fsckCommand(s streams) *cobra.Command {
	p := s.place()
	var quick bool
	c := &cobra.Command{Use: "fsck --data DIR", Short: "Look at every file of the service, and tell what is damaged and what to do, also while the service runs", Args: exactly(0),
		Long: "Look at every file of the service, and tell what is damaged and what to do, also while the service runs.\n\n" +
			"It changes nothing. It ends with 0 when all is as the service left it, and with 1 when something is not. A letter of a\n" +
			"plain text in the store, as of a description, can be another one without a check that tells.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := p.folder()
			if err != nil {
				return err
			}
			priority.Yield()
			found := []server.Finding{}
			err = p.keys.Check(cmd.Context(), data, server.Thoroughness(quick), func(f server.Finding) {
				if found = append(found, f); !p.json {
					fmt.Fprintf(s.out, "%s: %s\n  what to do: %s\n", printableLine(f.File), printableLine(f.Problem), f.Todo)
				}
			})
			if p.json {
				if printErr := printJSON(s.out, found); err == nil {
					err = printErr
				}
			}
			switch {
			case err != nil:
				return err
			case len(found) > 0:
				return fmt.Errorf("%d problems in %s", len(found), data)
			case p.json:
				return nil
			}
			return done(s, p, "nothing is damaged in "+data)
		}}
	c.Flags().BoolVar(&quick, "quick", false, "do not hash blobs, but manifests only")
	return p.flags(c)
}
