package credential

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/octroi/octroi/principal"
)

// helperTime is how long a credential helper may take; one that asks its user takes seconds.
const helperTime = 60 * time.Second

// absent is what a helper says when it has no login for a host.
//
// Source: docker-credential-helpers, "credentials not found in native keychain".
const absent = "credentials not found in native keychain"

// helperStore gives a login to docker-credential-NAME. It goes over standard input: arguments can be seen by
// everybody on the machine.
func helperStore(ctx context.Context, name, host, user string, password principal.Secret) error {
	message, err := json.Marshal(struct{ ServerURL, Username, Secret string }{host, user, password.Reveal()})
	if err != nil {
		return err
	}
	_, err = runHelper(ctx, name, "store", message)
	return err
}

// helperErase makes docker-credential-NAME forget a login, and reports whether it had one.
func helperErase(ctx context.Context, name, host string) (bool, error) {
	said, err := runHelper(ctx, name, "erase", []byte(host))
	if err != nil && strings.Contains(said, absent) {
		return false, nil
	}
	return err == nil, err
}

func runHelper(ctx context.Context, name, verb string, input []byte) (said string, err error) {
	if strings.ContainsAny(name, `/\`) {
		return "", fmt.Errorf("the credential helper %q is a path: it must be a name", name)
	}
	ctx, cancel := context.WithTimeout(ctx, helperTime)
	defer cancel()
	command := exec.CommandContext(ctx, "docker-credential-"+name, verb)
	command.Stdin = bytes.NewReader(input)
	command.WaitDelay = time.Second
	output, err := command.Output()
	said = strings.TrimSpace(string(output))
	if err != nil && verb == "erase" && strings.Contains(said, absent) {
		return said, err
	}
	if err != nil {
		// What a helper prints may be the login; only that it failed is passed on.
		return said, fmt.Errorf("docker-credential-%s %s: %w", name, verb, err)
	}
	return said, nil
}

// helperList is the users of a helper's logins, by the registry's key.
func helperList(ctx context.Context, name string) (map[string]string, error) {
	said, err := runHelper(ctx, name, "list", nil)
	if err != nil {
		return nil, err
	}
	var users map[string]string
	return users, json.Unmarshal([]byte(said), &users)
}

// helperGet is the password of a helper's login.
func helperGet(ctx context.Context, name, host string) (principal.Secret, error) {
	said, err := runHelper(ctx, name, "get", []byte(host))
	if err != nil {
		return principal.Secret{}, err
	}
	var login struct{ Secret string }
	if err := json.Unmarshal([]byte(said), &login); err != nil {
		return principal.Secret{}, fmt.Errorf("docker-credential-%s get: its answer is no JSON object", name)
	}
	return principal.NewSecretFrom(login.Secret), nil
}
