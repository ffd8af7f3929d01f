package configfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/octroi/octroi/hosts"
)

// Parse reads a configuration. path is for messages. Nothing at all is an empty configuration.
func Parse(path string, data []byte) (File, error) {
	f := File{Path: path, Data: data, Lines: map[string]Lines{}}
	r := reader{path}
	root, err := r.document(data)
	if err == nil && root != nil {
		err = r.root(&f, root)
	}
	if err != nil {
		return File{Path: path, Data: data}, err
	}
	return f, nil
}

// reader makes errors that say where.
type reader struct{ path string }

func (r reader) fail(line int, format string, args ...any) error {
	return &Error{r.path, line, fmt.Sprintf(format, args...)}
}

// syntax is an error of the YAML library, which says "yaml: line N: reason" or "yaml: reason".
func (r reader) syntax(err error) error {
	text, line := strings.TrimPrefix(err.Error(), "yaml: "), 0
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		number, reason, _ := strings.Cut(rest, ": ")
		if n, err := strconv.Atoi(number); err == nil {
			line, text = n, reason
		}
	}
	return r.fail(line, "this is no YAML: %s", text)
}

// document is the root of the only document, or nil when there is none.
func (r reader) document(data []byte) (*yaml.Node, error) {
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return nil, r.fail(1+bytes.Count(data[:i], []byte("\n")), "it holds a NUL: this is no text")
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	switch err := d.Decode(&first); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, r.syntax(err)
	}
	switch err := d.Decode(&second); {
	case err == nil:
		return nil, r.fail(second.Line, "a second document begins here: keep one")
	case !errors.Is(err, io.EOF):
		return nil, r.syntax(err)
	}
	root := first.Content[0]
	if isNull(root) {
		return nil, nil
	}
	return root, nil
}

func (r reader) root(f *File, n *yaml.Node) error {
	members, err := r.members(n, "the file")
	if err != nil {
		return err
	}
	for _, m := range members {
		switch m.key {
		case "hosts":
			err = r.hosts(f, m.value)
		case "inner_helper":
			f.Inner = m.line
			f.Config.InnerHelper, err = r.text(m)
		default:
			err = r.fail(m.line, "unknown key %q: there are hosts and inner_helper", m.key)
		}
		if err != nil {
			return err
		}
	}
	if err := f.Config.Check(); err != nil {
		return r.fail(f.Inner, "%v", err)
	}
	return nil
}

func (r reader) hosts(f *File, n *yaml.Node) error {
	if isNull(n) {
		return nil
	}
	members, err := r.members(n, "hosts")
	if err != nil {
		return err
	}
	for _, m := range members {
		entry, lines, err := r.entry(m)
		if err != nil {
			return err
		}
		f.Config.Entries = append(f.Config.Entries, entry)
		f.Lines[entry.Host] = lines
	}
	return nil
}

// entry reads a host. Nothing below it is a host with the usual credentials.
func (r reader) entry(m member) (hosts.Entry, Lines, error) {
	e, lines := hosts.Entry{Host: m.key}, Lines{m.line, map[string]int{}}
	if !isNull(m.value) {
		members, err := r.members(m.value, "host "+m.key)
		if err != nil {
			return e, lines, err
		}
		for _, inner := range members {
			lines.Member[inner.key] = inner.line
			if err := r.set(&e, inner); err != nil {
				return e, lines, err
			}
		}
	}
	if err := e.Check(); err != nil {
		return e, lines, r.fail(m.line, "%v", err)
	}
	return e, lines, nil
}

func (r reader) set(e *hosts.Entry, m member) (err error) {
	texts := map[string]*string{
		"endpoint": &e.Endpoint, "region": &e.Region, "profile": &e.Profile, "role_arn": &e.RoleARN,
		"external_id": &e.ExternalID, "audience": &e.Audience, "inner_helper": &e.InnerHelper,
	}
	switches := map[string]*bool{"anonymous": &e.Anonymous, "plaintext": &e.Plaintext}
	if into, ok := texts[m.key]; ok {
		*into, err = r.text(m)
		return err
	}
	if into, ok := switches[m.key]; ok {
		*into, err = r.boolean(m)
		return err
	}
	return r.fail(m.line, "unknown key %q: a host has endpoint, region, profile, role_arn, external_id, audience, "+
		"inner_helper, anonymous and plaintext", m.key)
}
