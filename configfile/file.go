package configfile

import (
	"fmt"
	"strings"

	"github.com/octroi/octroi/hosts"
)

// File is a configuration file that was read.
type File struct {
	Path   string // as found; whether it exists says Data
	From   string // why it is there: the variable that names it, or "the usual place"
	Data   []byte // nil when there is no file
	Config hosts.Config
	Lines  map[string]Lines // by host: where it was said
	Inner  int              // the line of inner_helper, or 0
}

// Lines are the lines of an entry.
type Lines struct {
	Host   int
	Member map[string]int // by key
}

// Error is a configuration file that cannot be used.
type Error struct {
	Path   string
	Line   int // 0 for the whole file
	Reason string
}

// Error says where and what to do.
func (e *Error) Error() string {
	where := e.Path
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", e.Path, e.Line)
	}
	return where + ": " + e.Reason
}

// Read reads the file that the environment names. One that is not there is an empty configuration.
func Read(environ func(string) (string, bool)) (File, error) {
	path := hosts.Path(environ)
	data, err := hosts.ReadFile(path)
	if err != nil {
		return File{Path: path}, &Error{path, 0, "the configuration cannot be read: " + strings.TrimPrefix(err.Error(), path+" ")}
	}
	f, err := Parse(path, data)
	f.From = origin(environ)
	return f, err
}

func origin(environ func(string) (string, bool)) string {
	for _, name := range []string{"OCTROI_CONFIG", "XDG_CONFIG_HOME"} {
		if value, _ := environ(name); value != "" {
			return name
		}
	}
	return "the usual place"
}
