package credential

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Forms in which logins are printed, for tools that look nowhere.
const (
	FormDocker = "docker-config" // a config.json, as of a Kubernetes pull secret
	FormEnv    = "env"           // for a shell's eval
	FormJSON   = "json"
	FormRaw    = "raw" // the password alone
)

// ErrForm reports a form that does not exist.
var ErrForm = errors.New("want docker-config, env, json or raw")

// Print writes logins in a form. They are secrets in clear: that is what was asked for.
func Print(w io.Writer, form string, logins []Result) error {
	var text string
	var err error
	switch form {
	case FormDocker:
		text, err = dockerConfig(logins, "\t")
	case FormEnv:
		text, err = environment(logins)
	case FormJSON:
		text, err = list(logins)
	case FormRaw:
		if len(logins) != 1 {
			return errors.New("--output raw prints one password: name one host")
		}
		text = logins[0].Token.Password.Reveal()
	default:
		return ErrForm
	}
	if err == nil {
		_, err = fmt.Fprintln(w, text)
	}
	return err
}

// CheckForm finds an unknown form before anything is asked for.
func CheckForm(form string, count int) error {
	switch {
	case !slices.Contains([]string{FormDocker, FormEnv, FormJSON, FormRaw}, form):
		return ErrForm
	case form == FormRaw && count != 1:
		return errors.New("raw prints one password: name one host")
	}
	return nil
}

func dockerConfig(logins []Result, indent string) (string, error) {
	auths := map[string]map[string]string{}
	for _, r := range logins {
		plain := r.Token.User + ":" + r.Token.Password.Reveal()
		auths[r.Host] = map[string]string{"auth": base64.StdEncoding.EncodeToString([]byte(plain))}
	}
	all := map[string]any{"auths": auths}
	if indent == "" {
		data, err := json.Marshal(all)
		return string(data), err
	}
	data, err := json.MarshalIndent(all, "", indent)
	return string(data), err
}

// environment is assignments. DOCKER_AUTH_CONFIG is what GitLab's runner and docker's CLI (28.3) read; the others are
// there when there is one host, since they name it. No value holds a quote: hosts and tokens have none.
func environment(logins []Result) (string, error) {
	config, err := dockerConfig(logins, "")
	if err != nil {
		return "", err
	}
	lines := []string{"export DOCKER_AUTH_CONFIG='" + config + "'"}
	if len(logins) == 1 {
		r := logins[0]
		lines = append(lines,
			"export OCTROI_REGISTRY='"+r.Host+"'", "export OCTROI_USERNAME='"+r.Token.User+"'",
			"export OCTROI_PASSWORD='"+r.Token.Password.Reveal()+"'",
			"export OCTROI_EXPIRES_AT='"+r.Expires.UTC().Format(time.RFC3339)+"'")
	}
	text := strings.Join(lines, "\n")
	if strings.Count(text, "'") != 2*len(lines) {
		return "", errors.New("a login holds a quote: it cannot be printed for a shell")
	}
	return text, nil
}

func list(logins []Result) (string, error) {
	type login struct {
		Host      string `json:"host"`
		Username  string `json:"username"`
		Password  string `json:"password"`
		ExpiresAt string `json:"expiresAt"`
		Identity  string `json:"identity,omitempty"`
	}
	all := make([]login, len(logins))
	for i, r := range logins {
		all[i] = login{r.Host, r.Token.User, r.Token.Password.Reveal(), r.Expires.UTC().Format(time.RFC3339), r.Identity}
	}
	data, err := json.MarshalIndent(all, "", "  ")
	return string(data), err
}
