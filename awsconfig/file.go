package awsconfig

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// maxFile bounds every file that is read here. Real ones have kilobytes.
const maxFile = 4 << 20

// files are both settings files, merged: what each profile says, the sessions it can name, the service blocks.
type files struct {
	profiles map[string]*section // config, then credentials over it
	config   map[string]*section // config alone
	shared   sections            // credentials alone
	sessions map[string]*section
	services map[string]*section
}

// load reads the config and the credentials file. One that is not there is empty; so is one that may not be
// read. What is no regular file is not there.
func (s *Settings) load() error {
	s.files = files{
		profiles: map[string]*section{}, config: map[string]*section{},
		sessions: map[string]*section{}, services: map[string]*section{},
	}
	config, err := s.read(s.path("AWS_CONFIG_FILE", "~/.aws/config"))
	if err != nil {
		return err
	}
	for name, keys := range config {
		s.file(name, keys)
	}
	maps.Copy(s.files.profiles, s.files.config)
	s.files.shared, err = s.read(s.path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"))
	if err != nil {
		return err
	}
	for name, keys := range s.files.shared {
		s.files.profiles[name] = merge(s.files.profiles[name], keys)
	}
	return nil
}

// file puts a section of the config file where it belongs. [default] and [profile NAME] are profiles, of two with
// one name the later counts; a plain [NAME] is none.
func (s *Settings) file(name string, keys *section) {
	if name == "default" {
		name = "profile default"
	}
	words, err := SplitWords(name)
	if err != nil || len(words) != 2 {
		return
	}
	kinds := map[string]map[string]*section{
		"profile": s.files.config, "sso-session": s.files.sessions, "services": s.files.services,
	}
	into := kinds[words[0]]
	if had := into[words[1]]; into == nil || had != nil && had.place > keys.place {
		return
	}
	into[words[1]] = keys
}

// merge lays the keys of over on those of base and leaves both as they are.
func merge(base, over *section) *section {
	if base == nil {
		return over
	}
	merged := &section{map[string]string{}, map[string]map[string]string{}, over.place}
	for _, from := range []*section{base, over} {
		for key, value := range from.value {
			delete(merged.nested, key)
			merged.value[key] = value
		}
		for key, block := range from.nested {
			delete(merged.value, key)
			merged.nested[key] = block
		}
	}
	return merged
}

func (s *Settings) read(path string) (sections, error) {
	data, err := readRegular(path, maxFile)
	if err != nil {
		return nil, nil
	}
	all, err := parseINI(string(data))
	if err != nil {
		return nil, &Error{Message: "Unable to parse config file: " + path, Cause: err}
	}
	return all, nil
}

// readRegular reads a regular file of at most limit bytes; more of it is cut off, which no parser here takes for
// the whole.
func readRegular(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, os.ErrInvalid
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, os.ErrInvalid
	}
	return data, err
}

// path is a file named by a variable, or the usual one, with $VARIABLES and ~ expanded.
func (s *Settings) path(variable, usual string) string {
	path, ok := s.request.Environ(variable)
	if !ok {
		path = usual
	}
	return s.expandHome(s.expandVariables(path))
}

func (s *Settings) expandHome(path string) string {
	if path == "~" || strings.HasPrefix(path, "~/") {
		return s.request.Home + path[1:]
	}
	return path
}

// expandVariables replaces $NAME and ${NAME}; one that is not set stays as it is.
func (s *Settings) expandVariables(text string) string {
	var b strings.Builder
	for text != "" {
		i := strings.IndexByte(text, '$')
		if i < 0 {
			break
		}
		b.WriteString(text[:i])
		text = text[i:]
		whole, name := variableAt(text)
		value, ok := s.request.Environ(name)
		if !ok || name == "" {
			value = whole
		}
		b.WriteString(value)
		text = text[len(whole):]
	}
	return b.String() + text
}

// variableAt gives the reference at the start of text, and its name; "$" alone when there is none.
func variableAt(text string) (whole, name string) {
	if strings.HasPrefix(text, "${") {
		if end := strings.IndexByte(text, '}'); end > 0 {
			return text[:end+1], text[2:end]
		}
		return "$", ""
	}
	end := 1
	for end < len(text) && (text[end] == '_' || text[end] >= '0' && text[end] <= '9' ||
		text[end] >= 'A' && text[end] <= 'Z' || text[end] >= 'a' && text[end] <= 'z') {
		end++
	}
	return text[:end], text[1:end]
}

// under is a path below ~/.aws.
func (s *Settings) under(parts ...string) string {
	return filepath.Join(append([]string{s.request.Home, ".aws"}, parts...)...)
}
