package webidentity

import (
	"errors"
	"fmt"

	"github.com/octroi/octroi/internal/strictjson"
)

// keys are the keys of a provider that are taken, by their ids.
type keys map[string]key

const maxKeys = 100

// parseKeys reads a key set. A key that is not taken is left out, and so are two of one id: which of them a token means
// cannot be told. A set without any key is no set; neither is one that cannot be read.
//
// Source: RFC 7517 section 5.
func parseKeys(text []byte) (keys, error) {
	v, err := strictjson.Parse(text, documentLimits)
	if err != nil {
		return nil, fmt.Errorf("the key set: %w", err)
	}
	list, _ := v.Member("keys")
	if list.Kind() != strictjson.Array || len(list.Elements()) > maxKeys {
		return nil, fmt.Errorf("the key set is not a list (keys) of at most %d", maxKeys)
	}
	all, twice := keys{}, map[string]bool{}
	for _, e := range list.Elements() {
		k, err := parseKey(e)
		if err != nil {
			continue
		}
		_, there := all[k.id]
		twice[k.id] = twice[k.id] || there
		all[k.id] = k
	}
	for id, is := range twice {
		if is {
			delete(all, id)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("the key set holds no key that is taken: RSA of 2048 bits or more, or EC on P-256, P-384 or P-521, for signatures")
	}
	return all, nil
}

// CheckKeys reports what is wrong with a key set that an operator gives in place of the provider's own.
func CheckKeys(text []byte) error {
	if len(text) > maxDocument {
		return fmt.Errorf("the key set is longer than %d bytes", maxDocument)
	}
	_, err := parseKeys(text)
	return err
}

// CheckAuthorities reports what is wrong with the certificates (PEM) that a provider's own is to be verified with.
func CheckAuthorities(pem string) error {
	_, err := authorities(pem)
	return err
}

// of is the key of an id. A token that names none means the only key there is.
func (s keys) of(id string) (key, bool) {
	if id == "" && len(s) == 1 {
		for _, k := range s {
			return k, true
		}
	}
	k, ok := s[id]
	return k, ok && id != ""
}
