package loan

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/octroi/octroi/hosts"
)

const sourcePrefix = "s-"

// Source is everything that decides whose login is lent: the host and its entry, the environment and the files in
// which AWS tools keep credentials, and the service account when there is one. Who that is only octroi can find out;
// but as long as nothing of it changes, it is who it was.
//
// What a credential process or a metadata address would answer is not in it: there a change is seen when the loan is
// renewed, at half its life.
type Source struct {
	Host    hosts.Host
	Entry   hosts.Entry
	Environ []string // as os.Environ
	Account string   // issuer, subject and role of a service account, or ""
}

// Name names the source, without giving anything of it away.
func (f *Folder) Name(s Source) string {
	entry, err := json.Marshal(s.Entry)
	if f == nil || err != nil {
		return ""
	}
	fields := []string{s.Host.Origin(), string(entry), s.Account}
	value := map[string]string{}
	for _, v := range s.Environ {
		name, text, _ := strings.Cut(v, "=")
		if strings.HasPrefix(name, "AWS_") {
			fields = append(fields, v)
		}
		value[name] = text
	}
	slices.Sort(fields[3:])
	fields = append(fields, value["HOME"])
	for _, file := range credentialFiles {
		path := value[file.variable]
		if path == "" && file.usual != "" {
			path = filepath.Join(value["HOME"], ".aws", file.usual)
		}
		fields = append(fields, path, content(path, value["HOME"]))
	}
	return f.name("source", fields...)
}

// credentialFiles are files that change when credentials do.
var credentialFiles = []struct{ variable, usual string }{
	{"AWS_CONFIG_FILE", "config"}, {"AWS_SHARED_CREDENTIALS_FILE", "credentials"},
	{"AWS_WEB_IDENTITY_TOKEN_FILE", ""}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", ""},
}

// content is what a file holds: times are too coarse to tell two keys of one length apart.
func content(path, home string) string {
	if path == "" {
		return ""
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		path = filepath.Join(home, rest)
	}
	file, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return "-"
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return "-"
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile))
	if err != nil {
		return "-"
	}
	return string(data)
}

// Answer is what became of a source: whom it turned out to be, or why it got nothing. The latter is remembered
// briefly, so that many who ask at once do not all wait for the same disappointment.
type Answer struct {
	Identity string `json:"identity,omitempty"`
	Endpoint string `json:"endpoint,omitempty"`
	Cause    string `json:"cause,omitempty"` // with an identity: why the last renewal failed
	Retry    int64  `json:"retry,omitempty"` // when to try that again, seconds since 1970
	Until    int64  `json:"until"`           // seconds since 1970
}

// Recall is the answer to a source, if there is one that still holds.
func (f *Folder) Recall(source string, now time.Time) (a Answer, ok bool) {
	if f == nil {
		return Answer{}, false
	}
	sealed, err := f.read(sourcePrefix+source, maxFile)
	if err != nil {
		return Answer{}, false
	}
	text, ok := f.open("source", source, sealed)
	if !ok || json.Unmarshal(text, &a) != nil || now.Unix() >= a.Until || a.Until > now.Add(MaxLife+future).Unix() {
		return Answer{}, false
	}
	return a, true
}

// Remember remembers an answer until a time.
func (f *Folder) Remember(source string, a Answer, until time.Time) error {
	if f == nil {
		return nil
	}
	a.Until = until.Unix()
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return f.write(sourcePrefix+source, f.seal("source", source, text))
}

// Unlearn forgets it.
func (f *Folder) Unlearn(source string) {
	if f != nil {
		f.root.Remove(sourcePrefix + source)
	}
}
