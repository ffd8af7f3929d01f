package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/issuer"
	"github.com/octroi/octroi/store"
)

func tokenCommand(s streams) *cobra.Command {
	return group("token", "List the login tokens that were given, and revoke them, also while the service runs",
		tokenList(s), tokenRevoke(s))
}

type listedToken struct {
	Name      string    `json:"name"`
	Principal string    `json:"principal"`
	AccessKey string    `json:"accessKeyId"`
	IssuedAt  time.Time `json:"issuedAt"`
	ExpiresAt time.Time `json:"expiresAt"`
	Status    string    `json:"status"` // valid or revoked

	id string // of the principal
}

func tokenList(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "list --data DIR", Short: "List the login tokens that are not over, from the audit log", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := p.folder()
			if err != nil {
				return err
			}
			st, _, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			all, err := givenTokens(folder, time.Now())
			if err != nil {
				return err
			}
			rows := [][]string{{"TOKEN", "PRINCIPAL", "ISSUED", "EXPIRES", "STATUS"}}
			for i := range all {
				if all[i].Status, err = status(cmd.Context(), st, all[i]); err != nil {
					return err
				}
				t := all[i]
				rows = append(rows, []string{t.Name, printableLine(t.Principal), t.IssuedAt.Format(time.RFC3339), t.ExpiresAt.Format(time.RFC3339), t.Status})
			}
			if p.json {
				return printJSON(s.out, all)
			}
			return printTable(s.out, rows)
		}}
	return p.flags(c)
}

// givenTokens reads the audit log backward as far as a token can be old.
func givenTokens(folder string, now time.Time) ([]listedToken, error) {
	all := []listedToken{}
	return all, audit.Backward(folder, func(r audit.Record) error {
		issued, err := time.Parse(time.RFC3339Nano, r.Time)
		if err != nil {
			return fmt.Errorf("record %d: %w", r.Sequence, err)
		}
		if issued.Before(now.Add(-issuer.Lifetime)) {
			return audit.ErrStop
		}
		if r.TokenExpires == "" || r.Outcome != audit.Allowed {
			return nil
		}
		expires, err := time.Parse(time.RFC3339, r.TokenExpires)
		if err != nil {
			return fmt.Errorf("record %d: %w", r.Sequence, err)
		}
		if expires.After(now) {
			id, _, _ := strings.Cut(r.Identity.ID, ":")
			all = append(all, listedToken{r.Token, r.Who(), r.AccessKey, issued, expires, "", id})
		}
		return nil
	})
}

// status looks up whether a token, its session, its principal or everything was revoked, or its key or role is gone.
func status(ctx context.Context, st *store.Store, t listedToken) (string, error) {
	for _, about := range []struct {
		kind    store.RevocationKind
		subject string
	}{{store.RevokeToken, t.Name}, {store.RevokeSession, t.AccessKey}, {store.RevokePrincipal, t.id}, {store.RevokeAll, ""}} {
		before, err := st.Revoked(ctx, about.kind, about.subject)
		if err != nil {
			return "", err
		}
		if !before.IsZero() && !t.IssuedAt.After(before) {
			return "revoked", nil
		}
	}
	return "valid", nil
}

// revocation is what token revoke is told to end.
type revocation struct {
	user, role, session string
	all                 bool
	before              string
}

var tokenName = regexp.MustCompile(`^[0-9a-f]{32}$`)

func tokenRevoke(s streams) *cobra.Command {
	p := s.place()
	var r revocation
	c := &cobra.Command{Use: "revoke [TOKEN] --data DIR", Short: "Refuse a token, or all of a user, a role or a session, or all there are, from now on",
		Long: "Refuse a token from now on, with every bearer that the registry gave for it; TOKEN is its name in octroid token list.\n\n" +
			"Or all that a user, a role or a session holds, or all there are. --before says up to which moment they were issued; it is now\n" +
			"when nothing is said. What is asked for later is not concerned: to shut somebody out, disable the key or delete the user.",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return errUsage{fmt.Errorf("usage: %s", c.UseLine())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			before, err := moment("--before", r.before, time.Now())
			if err != nil {
				return err
			}
			st, account, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			kind, subject, what, err := r.subject(cmd.Context(), st, account, args)
			if err != nil {
				return err
			}
			if err := st.Revoke(cmd.Context(), kind, subject, before); err != nil {
				return err
			}
			return done(s, p, "revoked "+what+" issued up to "+before.UTC().Format(time.RFC3339))
		}}
	c.Flags().StringVar(&r.user, "user", "", "all tokens and sessions of a user")
	c.Flags().StringVar(&r.role, "role", "", "all sessions of a role, with their tokens")
	c.Flags().StringVar(&r.session, "session", "", "a session by its access key id (ASIA...), with its tokens")
	c.Flags().BoolVar(&r.all, "all", false, "every token and session")
	c.Flags().StringVar(&r.before, "before", "", "issued up to this moment (2026-01-31T00:00:00Z, or 1h for that long ago)")
	return p.flags(c)
}

// subject is what is to be revoked, of which exactly one was said.
func (r revocation) subject(ctx context.Context, st *store.Store, a store.Account, args []string) (kind store.RevocationKind, subject, what string, err error) {
	said := len(args)
	for _, set := range []bool{r.user != "", r.role != "", r.session != "", r.all} {
		if set {
			said++
		}
	}
	switch {
	case said != 1:
		err = errUsage{errors.New("say one of TOKEN, --user, --role, --session, --all")}
	case len(args) == 1 && !tokenName.MatchString(args[0]):
		err = errUsage{fmt.Errorf("%q is no name of a token (32 hexadecimal digits): octroid token list shows them", args[0])}
	case len(args) == 1:
		kind, subject, what = store.RevokeToken, args[0], "token "+args[0]
	case r.all:
		kind, what = store.RevokeAll, "all tokens and sessions"
	case r.session != "":
		id, bad := keyID(r.session)
		kind, subject, what, err = store.RevokeSession, string(id), "session "+r.session, bad
	case r.user != "":
		u, missing := st.UserByName(ctx, a.ID, r.user)
		kind, subject, what, err = store.RevokePrincipal, u.ID, "all of "+u.Principal().ARN(), named(missing, "user", r.user)
	default:
		role, missing := st.RoleByName(ctx, a.ID, r.role)
		kind, subject, what, err = store.RevokePrincipal, role.ID, "all of "+role.ARN(), named(missing, "role", r.role)
	}
	return kind, subject, what, err
}

func named(err error, what, name string) error {
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("there is no %s %q", what, name)
	}
	return err
}
