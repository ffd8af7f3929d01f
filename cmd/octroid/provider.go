package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/store"
	"github.com/octroi/octroi/webidentity"
)

func providerCommand(s streams) *cobra.Command {
	return group("provider", "Add, list, update and remove identity providers (OpenID Connect), also while the service runs",
		providerAdd(s), providerList(s), providerUpdate(s), providerRemove(s))
}

// vouching is what provider add takes.
type vouching struct {
	clients           []string
	internal, oneTime bool
	keys, authorities string // files
}

func providerAdd(s streams) *cobra.Command {
	p := s.place()
	var v vouching
	c := &cobra.Command{
		Use:   "add URL --data DIR [--client-id ID]... [--internal] [--jwks FILE] [--ca FILE] [--one-time]",
		Short: "Trust an identity provider: roles can let in whom it vouches for",
		Long: "Trust an identity provider: roles can let in whom it vouches for.\n\nURL is what the provider's tokens have as their issuer (iss), to the letter. " +
			"Its tokens must be made for one\nof the client ids (aud); without any, for this service's own URL, so that a token that another service was shown\nis no good here.",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, account, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			made, err := v.add(cmd.Context(), st, account, args[0])
			if err != nil {
				return err
			}
			return printProvider(s, p, made)
		},
	}
	v.flags(c)
	return p.flags(c)
}

func (v *vouching) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&v.clients, "client-id", nil, "for whom its tokens are made (aud); may be repeated")
	f.BoolVar(&v.internal, "internal", false, "it may be at a private address")
	f.StringVar(&v.keys, "jwks", "", "file with its keys: it is never asked for them")
	f.StringVar(&v.authorities, "ca", "", "certificates (PEM) that its own is verified with, in place of the system's")
	f.BoolVar(&v.oneTime, "one-time", false, "take each of its tokens once")
}

// maxClients is how many client ids a provider can have.
//
// Source: IAM User Guide, "IAM and AWS STS quotas".
const maxClients = 100

// add checks all that is given before anything is written.
func (v vouching) add(ctx context.Context, st *store.Store, a store.Account, url string) (store.Provider, error) {
	issuer, err := v.issuer(url)
	if err != nil {
		return store.Provider{}, err
	}
	made := store.Provider{Account: a.ID, URL: issuer.Name, ClientIDs: v.clients, Internal: v.internal, OneTime: v.oneTime}
	if made.JWKS, err = checkedFile(v.keys, checkKeys); err != nil {
		return made, err
	}
	if made.CA, err = checkedFile(v.authorities, webidentity.CheckAuthorities); err != nil {
		return made, err
	}
	if err := v.checkClients(); err != nil {
		return made, err
	}
	made, err = st.CreateProvider(ctx, made)
	if errors.Is(err, store.ErrExists) {
		err = fmt.Errorf("%s is trusted already: octroid provider remove it first, which ends the sessions that it vouched for", url)
	}
	return made, err
}

func (v vouching) checkClients() error {
	if len(v.clients) > maxClients {
		return errUsage{fmt.Errorf("a provider has at most %d client ids", maxClients)}
	}
	for _, id := range v.clients {
		if id == "" || len(id) > 255 {
			return errUsage{errors.New("--client-id is a text of 1 to 255 characters")}
		}
	}
	return nil
}

func checkKeys(text string) error { return webidentity.CheckKeys([]byte(text)) }

// issuer reads the URL. Whoever may run this command may name any host with --internal.
func (v vouching) issuer(url string) (webidentity.Issuer, error) {
	var private []string
	if i, err := webidentity.ParseIssuer(url); err == nil && v.internal {
		private = []string{i.Host}
	}
	i, _, err := webidentity.Register(url, private)
	if err != nil && !v.internal {
		return i, errUsage{fmt.Errorf("%w (or add it with --internal)", err)}
	}
	if err != nil {
		return i, errUsage{err}
	}
	return i, nil
}

// checkedFile reads a file that may be left out.
func checkedFile(path string, check func(string) error) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if err := check(string(text)); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return string(text), nil
}

func printProvider(s streams, p place, made store.Provider) error {
	if p.json {
		return printJSON(s.out, listedProviderOf(made))
	}
	_, err := fmt.Fprintf(s.out, "provider   %s\naudiences  %s\n\nA role lets in whom it vouches for when its trust policy names this ARN as Federated principal of\n"+
		"sts:AssumeRoleWithWebIdentity, with conditions on %s:aud and %s:sub.\n", made.ARN(), audiences(made), made.URL, made.URL)
	return err
}

func audiences(p store.Provider) string {
	if len(p.ClientIDs) == 0 {
		return "the URL of this service"
	}
	return strings.Join(p.ClientIDs, " ")
}

type listedProvider struct {
	ARN       string    `json:"arn"`
	URL       string    `json:"url"`
	ClientIDs []string  `json:"clientIds"`
	Internal  bool      `json:"internal"`
	OneTime   bool      `json:"oneTime"`
	OwnKeys   bool      `json:"keysFromFile"`
	CreatedAt time.Time `json:"createdAt"`
}

func listedProviderOf(p store.Provider) listedProvider {
	clients := append([]string{}, p.ClientIDs...)
	return listedProvider{p.ARN(), "https://" + p.URL, clients, p.Internal, p.OneTime, p.JWKS != "", p.CreatedAt}
}

func providerList(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "list --data DIR", Short: "List the identity providers", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			st, account, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			all, err := st.Providers(cmd.Context(), account.ID)
			if err != nil {
				return err
			}
			return listProviders(s, p, all)
		}}
	return p.flags(c)
}

func listProviders(s streams, p place, all []store.Provider) error {
	if p.json {
		listed := []listedProvider{}
		for _, o := range all {
			listed = append(listed, listedProviderOf(o))
		}
		return printJSON(s.out, listed)
	}
	rows := [][]string{{"URL", "AUDIENCES", "CREATED", "OPTIONS"}}
	for _, o := range all {
		rows = append(rows, []string{"https://" + o.URL, printableLine(audiences(o)), o.CreatedAt.Format(time.RFC3339), providerOptions(o)})
	}
	return printTable(s.out, rows)
}

func providerOptions(p store.Provider) string {
	var all []string
	for name, set := range map[string]bool{"internal": p.Internal, "one-time": p.OneTime, "jwks": p.JWKS != "", "ca": p.CA != ""} {
		if set {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func providerRemove(s streams) *cobra.Command {
	p := s.place()
	c := &cobra.Command{Use: "remove URL --data DIR", Short: "Trust a provider no more; the sessions that it vouched for end at once", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, account, err := p.open(cmd.Context())
			if err != nil {
				return err
			}
			defer st.Close()
			name := strings.TrimPrefix(args[0], "https://")
			err = st.DeleteProvider(cmd.Context(), account.ID, name)
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("there is no provider %q: octroid provider list shows them", args[0])
			}
			if err != nil {
				return err
			}
			return done(s, p, "removed "+store.ProviderARN(account.ID, name))
		}}
	return p.flags(c)
}
