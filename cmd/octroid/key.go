package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

func keyCommand(s streams) *cobra.Command {
	return group("key", "Add, list, disable, enable and remove access keys, also while the service runs",
		keyAdd(s), keyList(s),
		keyChange(s, "disable", "Refuse a key, and the tokens that were got with it, until it is enabled again", "disabled",
			func(ctx context.Context, st *store.Store, u store.User, id principal.AccessKeyID) error {
				return st.SetAccessKeyStatus(ctx, u, id, store.Inactive)
			}),
		keyChange(s, "enable", "Take a disabled key again", "enabled",
			func(ctx context.Context, st *store.Store, u store.User, id principal.AccessKeyID) error {
				return st.SetAccessKeyStatus(ctx, u, id, store.Active)
			}),
		keyChange(s, "remove", "Remove a key; the tokens that were got with it stop working at once", "removed",
			func(ctx context.Context, st *store.Store, u store.User, id principal.AccessKeyID) error {
				return st.DeleteAccessKey(ctx, u, id)
			}))
}

func keyAdd(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "add USER --data DIR", Short: "Make a second access key of a user, and print it once", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, u, err := p.user(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer st.Close()
			key, secret, err := st.CreateAccessKey(cmd.Context(), u)
			if errors.Is(err, store.ErrLimit) {
				return fmt.Errorf("user %s has %d access keys already: remove one with octroid key remove", u.Name, store.KeysPerUser)
			}
			if err != nil {
				return err
			}
			made := newUser{u.Name, u.Principal().ARN(), string(key.ID), secret.Reveal()}
			if p.json {
				return printJSON(s.out, made)
			}
			return printNewUser(s.out, made)
		}}
	return p.flags(c)
}

type listedKey struct {
	AccessKeyID string    `json:"accessKeyId"`
	Status      string    `json:"status"`
	CreatedAt   time.Time `json:"createdAt"`
}

func keyList(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "list USER --data DIR", Short: "List the access keys of a user", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, u, err := p.user(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer st.Close()
			keys, err := st.AccessKeys(cmd.Context(), u)
			if err != nil {
				return err
			}
			listed, rows := []listedKey{}, [][]string{{"ACCESS KEY", "STATUS", "CREATED"}}
			for _, k := range keys {
				listed = append(listed, listedKey{string(k.ID), string(k.Status), k.CreatedAt})
				rows = append(rows, []string{string(k.ID), string(k.Status), k.CreatedAt.Format(time.RFC3339)})
			}
			if p.json {
				return printJSON(s.out, listed)
			}
			return printTable(s.out, rows)
		}}
	return p.flags(c)
}

type changeKey func(context.Context, *store.Store, store.User, principal.AccessKeyID) error

func keyChange(s streams, verb, short, did string, change changeKey) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: verb + " USER ACCESS-KEY-ID --data DIR", Short: short, Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := keyID(args[1])
			if err != nil {
				return err
			}
			st, u, err := p.user(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer st.Close()
			err = change(cmd.Context(), st, u, id)
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("user %s has no access key %s: octroid key list %s shows them", u.Name, id, u.Name)
			}
			if err != nil {
				return err
			}
			return done(s, p, did+" "+string(id))
		}}
	return p.flags(c)
}
