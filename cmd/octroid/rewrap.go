package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/server"
)

func keyringRewrap(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "rewrap --data DIR", Short: "Seal all secrets with a new root key, also while the service runs; no token or access key changes", Args: exactly(0),
		Long: "Seal all secrets with a new root key, also while the service runs; no token or access key changes.\n\n" +
			"A key in DIR/root.key is replaced by a new one; the old one is left in DIR/root.key.ID, where it opens nothing but\n" +
			"backups made before. A key from a variable or a credential is replaced by " + server.NextRootKeyVariable + ", or by the\n" +
			"credential root.key.next, which every service must have been given before: docs/root-key.md.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := p.folder()
			if err != nil {
				return err
			}
			r, err := p.keys.Rewrap(cmd.Context(), data)
			if err != nil {
				return fmt.Errorf("%w\nnothing is lost: run octroid keyring rewrap again, which goes on where it was", err)
			}
			if p.json {
				return printJSON(s.out, r)
			}
			return done(s, p, rewrapped(r))
		}}
	return p.flags(c)
}

func rewrapped(r server.Rewrapped) string {
	text := fmt.Sprintf("sealed %d secrets with root key %s", r.Secrets, r.New)
	if r.Secrets == 0 {
		text = fmt.Sprintf("the store is sealed with root key %s already", r.New)
	}
	if r.Retired == "" {
		return text + fmt.Sprintf("; now give it in %s alone, and keep %s for backups made before", r.Source, r.Old)
	}
	return text + fmt.Sprintf("; the old one is %s: it opens backups made before and nothing else, keep it where they are", r.Retired)
}
