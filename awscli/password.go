package awscli

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/octroi/octroi/awscli/manual"
	"github.com/octroi/octroi/internal/pyvalue"
)

// password prints the second half of the token, which is what docker login reads. It has a simpler grammar than the
// operation: no options of its own, and its leftovers are told in another way.
func (r *run) password(args []string) error {
	if len(args) == 1 && args[0] == "help" {
		return r.page(manual.Password())
	}
	if len(args) > 0 {
		return usageFailure("Unknown options: %s", strings.Join(args, ","))
	}
	client, err := r.Backend.Client(r.ctx, r.given.Globals)
	if err != nil {
		return err
	}
	body, err := client.Call(r.ctx, Operation{tokenOperation, service + "." + getPassword, []byte("{}")})
	if err != nil {
		return err
	}
	answer, err := r.answer(body)
	if err != nil {
		return err
	}
	password, err := passwordOf(answer)
	if err != nil {
		return err
	}
	return r.write(password + "\n")
}

func passwordOf(answer *pyvalue.Map) (string, error) {
	data, _ := answer.Get("authorizationData")
	m, _ := data.(*pyvalue.Map)
	v, _ := m.Get("authorizationToken")
	token, ok := v.(string)
	if !ok {
		return "", fmt.Errorf("argument should be a bytes-like object or ASCII string, not '%s'", pyvalue.TypeName(v))
	}
	text, err := decodeLenient(token)
	if err != nil {
		return "", err
	}
	switch parts := strings.Split(string(text), ":"); len(parts) {
	case 1:
		return "", errors.New("not enough values to unpack (expected 2, got 1)")
	case 2:
		return parts[1], nil
	}
	return "", errors.New("too many values to unpack (expected 2)")
}

// decodeLenient is base64 as the original reads it: what is not of the alphabet is left out, padding must be complete,
// and what follows it is ignored.
func decodeLenient(token string) ([]byte, error) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var kept []byte
	padding := 0
	for i := 0; i < len(token) && !(padding > 0 && len(kept)%4 >= 2 && len(kept)%4+padding >= 4); i++ {
		c := token[i]
		switch {
		case c >= 0x80:
			return nil, errors.New("string argument should contain only ASCII characters")
		case c == '=':
			padding++
		case strings.IndexByte(alphabet, c) >= 0:
			kept, padding = append(kept, c), 0
		}
	}
	switch rest := len(kept) % 4; {
	case rest == 1:
		return nil, pyvalue.Errorf("Invalid base64-encoded string: number of data characters (%d) cannot be 1 more than a "+
			"multiple of 4", len(kept))
	case rest > 0 && rest+padding < 4:
		return nil, pyvalue.Error("Incorrect padding")
	}
	out, err := base64.RawStdEncoding.DecodeString(string(kept))
	if err != nil {
		return nil, fmt.Errorf("the token is not base64: %w", err)
	}
	if err := pyvalue.CheckUTF8(out); err != nil {
		return nil, err
	}
	return out, nil
}
