package awsconfig

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"syscall"
)

// maxWebToken is the longest token that STS takes.
//
// Source: STS API Reference, AssumeRoleWithWebIdentity, WebIdentityToken.
const maxWebToken = 20000

// webIdentity is a token in a file (of a pod, of a CI job) that STS exchanges for a role's credentials. Each of
// its three settings comes from the environment, or else from the profile.
func (s *Settings) webIdentity(profile string, e environmentUse) finder {
	return func(context.Context) (Source, error) {
		get := func(variable, key string) string {
			if value, ok := s.request.Environ(variable); ok && e == trusted {
				return value
			}
			if keys := s.files.profiles[profile]; keys != nil {
				return keys.value[key]
			}
			return ""
		}
		file := get("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file")
		if file == "" {
			return nil, nil
		}
		arn := get("AWS_ROLE_ARN", "role_arn")
		if arn == "" {
			return nil, failed("The provided profile or the current environment is configured to assume role with web identity " +
				"but has no role ARN configured. Ensure that the profile has the role_arnconfiguration set or the AWS_ROLE_ARN " +
				"env var is set.")
		}
		form := url.Values{"RoleArn": {arn}}
		if name := get("AWS_ROLE_SESSION_NAME", "role_session_name"); name != "" {
			form.Set("RoleSessionName", name)
		}
		return func(ctx context.Context) (Credentials, error) { return s.assumeByToken(ctx, form, file) }, nil
	}
}

func (s *Settings) assumeByToken(ctx context.Context, form url.Values, file string) (Credentials, error) {
	key := roleCacheKey(form)
	if c, ok := s.cached("assume-role-with-web-identity", key); ok {
		return c, nil
	}
	token, err := readWebToken(file)
	if err != nil {
		return Credentials{}, err
	}
	form.Set("WebIdentityToken", token)
	if form.Get("RoleSessionName") == "" {
		form.Set("RoleSessionName", s.sessionName())
	}
	c, err := s.askSTS(ctx, "AssumeRoleWithWebIdentity", form, nil)
	if err != nil {
		return Credentials{}, err
	}
	c.Source = "assume-role-with-web-identity"
	s.remember(key, c)
	return c, s.unexpired(c)
}

// readWebToken reads a token file. It is opened without waiting (a FIFO without a writer would wait for ever),
// and only a regular file that nobody else may write is read, up to the length that a token can have.
func readWebToken(path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	var number syscall.Errno
	if errors.As(err, &number) {
		return "", failed(errno(number) + ": '" + path + "'")
	}
	if err != nil {
		return "", &Error{Message: "cannot read the web identity token file '" + path + "'", Cause: err}
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", &Error{Message: "cannot read the web identity token file '" + path + "'", Cause: err}
	case info.IsDir():
		return "", failed("[Errno 21] Is a directory: '" + path + "'")
	case !info.Mode().IsRegular():
		return "", failed("the web identity token file '" + path + "' is no regular file")
	case info.Mode().Perm()&writableByOthers != 0:
		return "", failed("the web identity token file '" + path + "' can be written by others than its owner: chmod go-w it")
	}
	data, err := io.ReadAll(io.LimitReader(f, maxWebToken+1))
	if err != nil {
		return "", &Error{Message: "cannot read the web identity token file '" + path + "'", Cause: err}
	}
	if len(data) > maxWebToken {
		return "", failed("the web identity token file '" + path + "' is longer than a token can be (20000 bytes)")
	}
	return string(data), nil
}
