package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

func userCommand(s streams) *cobra.Command {
	return group("user", "Add, list and remove users, also while the service runs",
		userAdd(s), userList(s), userRemove(s))
}

// newUser is what user add prints.
type newUser struct {
	UserName        string `json:"userName"`
	ARN             string `json:"arn"`
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

func userAdd(s streams) *cobra.Command {
	p := s.place()
	var g grant
	c := &cobra.Command{
		Use:   "add NAME --data DIR [--allow pull,push,delete --repository 'team/*' | --policy FILE]",
		Short: "Make a user with an access key and an inline policy, and print the key once",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			added, err := addUser(cmd.Context(), s.in, p, g, args[0])
			if err != nil {
				return err
			}
			if p.json {
				return printJSON(s.out, added)
			}
			return printNewUser(s.out, added)
		},
	}
	g.flags(c)
	return p.flags(c)
}

func printNewUser(w io.Writer, u newUser) error {
	_, err := fmt.Fprintf(w, "user               %s\naccess key id      %s\nsecret access key  %s\n\nThe secret is shown this once. Use it as:\n"+
		"  export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s\n",
		u.ARN, u.AccessKeyID, u.SecretAccessKey, u.AccessKeyID, u.SecretAccessKey)
	return err
}

// addUser makes all of a user or nothing.
func addUser(ctx context.Context, in io.Reader, p place, g grant, name string) (newUser, error) {
	st, account, err := p.open(ctx)
	if err != nil {
		return newUser{}, err
	}
	defer st.Close()
	policies, err := g.policies(in, account)
	if err != nil {
		return newUser{}, err
	}
	u, key, secret, err := st.AddUser(ctx, account.ID, name, policies...)
	if errors.Is(err, store.ErrExists) {
		return newUser{}, fmt.Errorf("there is a user %q already: choose another name, or octroid key add %s", name, name)
	}
	if err != nil {
		return newUser{}, err
	}
	return newUser{u.Name, u.Principal().ARN(), string(key.ID), secret.Reveal()}, nil
}

type listedUser struct {
	UserName  string    `json:"userName"`
	ARN       string    `json:"arn"`
	ID        string    `json:"userId"`
	CreatedAt time.Time `json:"createdAt"`
	Keys      int       `json:"accessKeys"`
	Policies  int       `json:"policies"`
}

func userList(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "list --data DIR", Short: "List the users", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			users, err := listUsers(cmd.Context(), p)
			if err != nil {
				return err
			}
			if p.json {
				return printJSON(s.out, users)
			}
			rows := [][]string{{"USER", "ID", "CREATED", "KEYS", "POLICIES"}}
			for _, u := range users {
				rows = append(rows, []string{u.UserName, u.ID, u.CreatedAt.Format(time.RFC3339), fmt.Sprint(u.Keys), fmt.Sprint(u.Policies)})
			}
			return printTable(s.out, rows)
		}}
	return p.flags(c)
}

func listUsers(ctx context.Context, p place) ([]listedUser, error) {
	st, account, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	users, err := st.Users(ctx, account.ID)
	if err != nil {
		return nil, err
	}
	all := []listedUser{}
	for _, u := range users {
		keys, err := st.AccessKeys(ctx, u)
		if err != nil {
			return nil, err
		}
		policies, err := st.InlinePolicies(ctx, u.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, listedUser{u.Name, u.Principal().ARN(), u.ID, u.CreatedAt, len(keys), len(policies)})
	}
	return all, nil
}

func userRemove(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "remove NAME --data DIR", Short: "Remove a user with its keys and policies; its tokens stop working at once",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, u, err := p.user(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer st.Close()
			if err := st.DeleteUser(cmd.Context(), u.Account, u.Name); err != nil {
				return err
			}
			return done(s, p, "removed "+u.Principal().ARN())
		}}
	return p.flags(c)
}

// done says what was done, in a line, or for programs as an object.
func done(s streams, p place, what string) error {
	if p.json {
		return printJSON(s.out, map[string]string{"done": what})
	}
	_, err := fmt.Fprintln(s.out, what)
	return err
}

// readDocument reads a policy document from a file, or from standard input as "-".
func readDocument(in io.Reader, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(io.LimitReader(in, 1<<20))
	}
	return os.ReadFile(path)
}

// keyID is an access key id as it is typed.
func keyID(text string) (principal.AccessKeyID, error) {
	id := principal.AccessKeyID(text)
	if !id.Valid() {
		return "", errUsage{fmt.Errorf("%q is no access key id: octroid key list shows them", text)}
	}
	return id, nil
}
