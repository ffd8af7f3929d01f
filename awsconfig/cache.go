package awsconfig

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// cacheEntry is a file of ~/.aws/cli/cache, which the AWS CLI and this program share: whoever assumed a role
// last spares the other the call, and the MFA code.
type cacheEntry struct {
	ProviderType string            `json:"ProviderType,omitempty"`
	Credentials  *cachedCredential `json:"Credentials"`
}

type cachedCredential struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string `json:"SecretAccessKey"`
	SessionToken    string `json:"SessionToken"`
	Expiration      string `json:"Expiration"`
}

// cached gives credentials that are good for another quarter of an hour. A file that cannot be read is none.
func (s *Settings) cached(source, key string) (Credentials, bool) {
	data, err := readRegular(s.cachePath(key), maxFile)
	if err != nil {
		return Credentials{}, false
	}
	var entry cacheEntry
	if json.Unmarshal(data, &entry) != nil || entry.Credentials == nil {
		return Credentials{}, false
	}
	got := entry.Credentials
	expires, err := parseTime(got.Expiration)
	if err != nil || expires.Sub(s.now()) < roleWindow || got.AccessKeyID == "" || got.SecretAccessKey == "" {
		return Credentials{}, false
	}
	s.debug("credentials found: %s, in the cache", source)
	c := credentials(source, got.AccessKeyID, got.SecretAccessKey, got.SessionToken)
	c.Expires = expires
	return c, true
}

// remember keeps credentials. Not being able to is no reason to fail.
func (s *Settings) remember(key string, c Credentials) {
	entry := cacheEntry{Credentials: &cachedCredential{
		c.AccessKeyID, c.Secret.Reveal(), c.SessionToken.Reveal(), c.Expires.UTC().Format("2006-01-02T15:04:05+00:00"),
	}}
	if c.Source == "sso" {
		entry.ProviderType = "sso"
		entry.Credentials.Expiration = c.Expires.UTC().Format(time.RFC3339)
	}
	data, err := json.Marshal(entry)
	if err == nil {
		err = writePrivate(s.cachePath(key), data)
	}
	if err != nil {
		s.debug("temporary credentials could not be kept: %v", err)
	}
}

func (s *Settings) cachePath(key string) string { return s.under("cli", "cache", key+".json") }

// writePrivate puts a file in place as a whole, for its owner only, whatever the umask.
func writePrivate(path string, data []byte) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".new-*") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// roleCacheKey is the name that the AWS CLI gives to a role's file: the hash of its parameters as Python prints
// them in JSON, sorted, and without a session name that was made up.
func roleCacheKey(form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	parts := make([]string, len(names))
	for i, name := range names {
		value := pythonJSON(form.Get(name))
		if name == "DurationSeconds" {
			value = form.Get(name)
		}
		parts[i] = pythonJSON(name) + ": " + value
	}
	return hash("{" + strings.Join(parts, ", ") + "}")
}

// ssoCacheKey is the same for SSO, which prints its JSON without spaces.
func ssoCacheKey(p ssoProfile) string {
	last := `"startUrl":` + pythonJSON(p.startURL)
	if p.session != "" {
		last = `"sessionName":` + pythonJSON(p.session)
	}
	return hash(`{"accountId":` + pythonJSON(p.account) + `,"roleName":` + pythonJSON(p.role) + "," + last + "}")
}

func hash(text string) string {
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}
