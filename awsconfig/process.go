package awsconfig

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"
)

const (
	maxProcessOutput = 1 << 20
	processTime      = 60 * time.Second
)

// process runs the profile's credential_process: no shell, one minute, one megabyte.
func (s *Settings) process(profile string) finder {
	return func(ctx context.Context) (Source, error) {
		keys := s.files.profiles[profile]
		if keys == nil {
			return nil, nil
		}
		line, ok := keys.value["credential_process"]
		if !ok {
			return nil, nil
		}
		words, err := SplitWords(line)
		if err != nil {
			return nil, &Error{Message: "No closing quotation", Cause: err}
		}
		if len(words) == 0 {
			return nil, failed("the credential_process of profile " + profile + " is empty")
		}
		output, err := runProcess(ctx, words)
		if err != nil {
			return nil, err
		}
		c, err := ParseProcess(output)
		if err != nil {
			return nil, err
		}
		return s.always(c)
	}
}

func runProcess(ctx context.Context, words []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, processTime)
	defer cancel()
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	output, complaint := &capped{limit: maxProcessOutput}, &capped{limit: maxProcessOutput}
	command.Stdout, command.Stderr = output, complaint
	command.WaitDelay = time.Second
	err := command.Run()
	var number syscall.Errno
	var exit *exec.ExitError
	switch {
	case output.over || complaint.over:
		return nil, retrieval("custom-process", "it printed more than 1 MiB")
	case ctx.Err() != nil:
		return nil, retrieval("custom-process", "it took longer than 60 seconds")
	case errors.As(err, &exit):
		return nil, retrieval("custom-process", redact(complaint.kept.String()))
	case errors.Is(err, exec.ErrNotFound):
		return nil, failed("[Errno 2] No such file or directory: '" + words[0] + "'")
	case errors.As(err, &number):
		return nil, failed(errno(number) + ": '" + words[0] + "'")
	case err != nil:
		return nil, &Error{Message: "cannot run credential_process: " + words[0], Cause: err}
	}
	return output.kept.Bytes(), nil
}

// capped keeps what is written up to a limit, and fails the write that goes over it. The buffer is a field: if it
// were embedded, io.Copy would find its ReadFrom and pass the limit by.
type capped struct {
	kept  bytes.Buffer
	limit int
	over  bool
}

func (c *capped) Write(p []byte) (int, error) {
	if c.kept.Len()+len(p) > c.limit {
		c.over = true
		return 0, errors.New("too much output")
	}
	return c.kept.Write(p)
}

// redact keeps what a failed process says (it is the only cause the user gets to see) and blots out what may
// be a secret in it: a process that fails half-way can have its credentials in its complaint.
func redact(text string) string {
	// Compiled here, since nearly no run needs it and every run would pay for it.
	secretLike := regexp.MustCompile(`[A-Za-z0-9+/=_-]{16,}`)
	return secretLike.ReplaceAllStringFunc(text, func(word string) string {
		if strings.ContainsAny(word, "0123456789") && strings.ContainsAny(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			return "***"
		}
		return word
	})
}

// ParseProcess reads what a credential_process prints.
//
// Source: AWS CLI User Guide, "Sourcing credentials with an external process".
func ParseProcess(output []byte) (Credentials, error) {
	const source = "custom-process"
	member, ok := jsonObject(output)
	if !ok {
		return Credentials{}, retrieval(source, "its output is no JSON object")
	}
	version, there := member["Version"]
	if text := strings.Replace(strings.Trim(string(version), `"`), "null", "None", 1); !there {
		return Credentials{}, retrieval(source, unsupported("<Version key not provided>"))
	} else if n := string(version); n != "1" && n != "1.0" && n != "true" {
		return Credentials{}, retrieval(source, unsupported(text))
	}
	return fromMembers(source, member, memberNames{"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"})
}

func unsupported(version string) string {
	return "Unsupported version '" + version + "' for credential process provider, supported versions: 1"
}

// memberNames are what an answer calls the parts of a credential.
type memberNames struct{ id, secret, token, expires string }

// fromMembers takes a credential out of a JSON object. Token and expiry may be missing; what is there has to
// be a string.
func fromMembers(source string, member map[string]json.RawMessage, n memberNames) (Credentials, error) {
	var text [4]string
	for i, name := range []string{n.id, n.secret, n.token, n.expires} {
		raw, ok := member[name]
		if (!ok || string(raw) == "null") && i >= 2 {
			continue
		}
		if !ok {
			return Credentials{}, retrieval(source, "Missing required key in response: '"+name+"'")
		}
		if string(raw) == "null" || json.Unmarshal(raw, &text[i]) != nil {
			return Credentials{}, retrieval(source, "'"+name+"' in the response is no string")
		}
	}
	c := credentials(source, text[0], text[1], text[2])
	if text[3] == "" {
		return c, nil
	}
	expires, err := parseTime(text[3])
	if err != nil {
		return Credentials{}, err
	}
	c.Expires = expires
	return c, nil
}

func jsonObject(data []byte) (map[string]json.RawMessage, bool) {
	var member map[string]json.RawMessage
	err := json.Unmarshal(data, &member)
	return member, err == nil && member != nil
}
