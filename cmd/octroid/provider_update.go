package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/webidentity"
)

// providerUpdate changes what is given and leaves the rest: the sessions that the provider vouched for go on, as they
// would not if it was removed and added again.
func providerUpdate(s streams) *cobra.Command {
	p := s.place()
	var v vouching
	c := &cobra.Command{
		Use:   "update URL --data DIR [--client-id ID]... [--internal] [--jwks FILE] [--ca FILE] [--one-time]",
		Short: "Change what is given of a provider, as its file of keys; its sessions go on",
		Long: "Change what is given of a provider, as its file of keys; its sessions go on.\n\n--client-id replaces all of them; an empty --jwks or --ca " +
			"takes the file away; --internal=false and --one-time=false take\nthe option away.",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, account, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			made, err := st.Provider(cmd.Context(), account.ID, strings.TrimPrefix(args[0], "https://"))
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("there is no provider %q: octroid provider list shows them", args[0])
			}
			if err == nil {
				err = v.change(&made, cmd.Flags().Changed)
			}
			if err == nil {
				err = st.UpdateProvider(cmd.Context(), made)
			}
			if err != nil {
				return err
			}
			return printProvider(s, p, made)
		},
	}
	v.flags(c)
	return p.flags(c)
}

// change puts what was given into a provider, checked.
func (v vouching) change(made *store.Provider, given func(flag string) bool) (err error) {
	if given("client-id") {
		if err := v.checkClients(); err != nil {
			return err
		}
		made.ClientIDs = v.clients
	}
	if given("internal") {
		made.Internal = v.internal
		if _, err := v.issuer("https://" + made.URL); err != nil {
			return err // a private host without --internal
		}
	}
	if given("one-time") {
		made.OneTime = v.oneTime
	}
	if given("jwks") {
		if made.JWKS, err = checkedFile(v.keys, checkKeys); err != nil {
			return err
		}
	}
	if given("ca") {
		made.CA, err = checkedFile(v.authorities, webidentity.CheckAuthorities)
	}
	return err
}
