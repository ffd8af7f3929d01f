package awscli

import (
	"cmp"
	"errors"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/octroi/octroi/internal/yamlcore"
)

// The library reads the syntax; what a scalar is, which keys repeat and which tags exist is decided here, because the
// original follows YAML 1.2 and the library 1.1.

var (
	errYAML = errors.New("invalid YAML")

	// errValue is a value that its own tag forbids, !!int x. The original does not expect that.
	errValue = errors.New("a value in the YAML is not of the type that its tag says")
)

// maxYAMLNodes bounds what aliases can multiply.
const maxYAMLNodes = 100_000

func yamlParameters(in loaded) (parameters, error) {
	invalid := usageFailure("Error parsing parameter 'cli-input-yaml': Invalid YAML received.")
	d := yaml.NewDecoder(strings.NewReader(directives(in.text)))
	var document yaml.Node
	err := d.Decode(&document)
	if errors.Is(err, io.EOF) {
		return parameters{}, notMap("--cli-input-yaml", "NoneType")
	}
	if err != nil || len(document.Content) != 1 {
		return parameters{}, invalid
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return parameters{}, invalid // a second document
	}
	c := &construction{budget: maxYAMLNodes}
	root, err := c.value(document.Content[0])
	switch {
	case errors.Is(err, errValue):
		return parameters{}, err
	case err != nil:
		return parameters{}, invalid
	case root.typeName != "dict":
		return parameters{}, notMap("--cli-input-yaml", root.typeName)
	}
	out := parameters{}
	for _, k := range root.keys {
		out.keys = append(out.keys, k.text)
		out.notText = out.notText || k.typeName != "str"
	}
	return out, nil
}

// directives lets the library, which stops at YAML 1.1 and knows two directives, read a document that says it is
// YAML 1.2 or has others, which mean nothing.
func directives(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		name, rest, _ := strings.Cut(line, " ")
		switch {
		case name == "%YAML" && strings.HasPrefix(rest, "1.2"):
			lines[i] = "%YAML 1.1" + rest[3:]
		case strings.HasPrefix(line, "---"):
			return strings.Join(lines, "")
		case name != "%YAML" && name != "%TAG" && isDirective(name):
			lines[i] = "#" + line[1:]
		case strings.TrimSpace(line) != "" && line[0] != '#' && line[0] != '%':
			return text // a directive needs --- before the document
		}
	}
	return text
}

func isDirective(name string) bool {
	name, ok := strings.CutPrefix(strings.TrimSpace(name), "%")
	return ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// construct is what has to be known of a value: its type, and the keys if it is a map.
type construct struct {
	typeName string
	text     string // of a scalar
	number   string // of a number or a bool: the same for 1, 1.0 and true
	keys     []construct
}

// construction turns nodes into values, and counts them.
type construction struct {
	budget int
	lists  int // that were keys
	above  []*yaml.Node
}

func (c *construction) value(n *yaml.Node) (construct, error) {
	if c.budget--; c.budget < 0 {
		return construct{}, errYAML
	}
	switch n.Kind {
	case yaml.AliasNode:
		for _, a := range c.above {
			if a == n.Alias { // holds itself: the original builds that, and then finds unknown keys in it
				return construct{typeName: "dict"}, nil
			}
		}
		return c.value(n.Alias)
	case yaml.ScalarNode:
		return scalar(n)
	}
	c.above = append(c.above, n)
	defer func() { c.above = c.above[:len(c.above)-1] }()
	if n.Kind == yaml.SequenceNode {
		var keys []construct // of its elements, which only an ordered map has
		for _, e := range n.Content {
			element, err := c.value(e)
			if err != nil {
				return construct{}, err
			}
			keys = append(keys, element.keys...)
		}
		return collection(n, "list", keys)
	}
	keys, err := c.keys(n)
	if err != nil {
		return construct{}, err
	}
	return collection(n, "dict", keys)
}

func collection(n *yaml.Node, typeName string, keys []construct) (construct, error) {
	if n.Style&yaml.TaggedStyle == 0 {
		return construct{typeName: typeName, keys: keys}, nil
	}
	switch tag := n.Tag; {
	case tag == "!!map" && typeName == "dict", tag == "!!seq" && typeName == "list", tag == "!!pairs" && typeName == "list":
		return construct{typeName: typeName, keys: keys}, nil
	case tag == "!!set" && typeName == "dict":
		return construct{typeName: "set"}, nil
	case tag == "!!omap" && typeName == "list":
		return construct{typeName: "dict", keys: keys}, nil
	}
	return construct{}, errYAML
}

// keys are a map's keys: those merged in with << first, none twice.
func (c *construction) keys(n *yaml.Node) ([]construct, error) {
	var own, merged []construct
	merges := 0
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.ScalarNode && plain(key) && yamlcore.Resolve(key.Value) == yamlcore.Merge {
			more, err := c.merge(value)
			if merges++; err != nil || merges > 1 {
				return nil, cmp.Or(err, errYAML)
			}
			merged = append(more, merged...)
			continue
		}
		k, err := c.key(key)
		if err != nil {
			return nil, err
		}
		if contains(own, k) {
			return nil, errYAML
		}
		if _, err := c.value(value); err != nil {
			return nil, err
		}
		own = append(own, k)
	}
	var out []construct
	for _, k := range merged {
		if !contains(own, k) && !contains(out, k) {
			out = append(out, k)
		}
	}
	return append(out, own...), nil
}

// key is a value that stands before a colon. An equals sign is a text there, and a list is fine too; a map is not.
func (c *construction) key(n *yaml.Node) (construct, error) {
	if n.Kind == yaml.ScalarNode && plain(n) && n.Value == "=" {
		return construct{typeName: "str", text: "="}, nil
	}
	k, err := c.value(n)
	switch {
	case err != nil || k.typeName == "dict" || k.typeName == "set":
		return construct{}, errYAML
	case k.typeName == "list":
		c.lists++
		return construct{typeName: "tuple", text: strconv.Itoa(c.lists)}, nil // taken for different from all others
	}
	return k, nil
}

func contains(list []construct, k construct) bool {
	for _, e := range list {
		if e.typeName == k.typeName && e.text == k.text || e.number != "" && e.number == k.number {
			return true
		}
	}
	return false
}

// merge are the keys of what stands behind <<: a map, or a list of maps.
func (c *construction) merge(n *yaml.Node) ([]construct, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch n.Kind {
	case yaml.MappingNode:
		v, err := c.value(n)
		return v.keys, err
	case yaml.SequenceNode:
		var out []construct
		for _, e := range n.Content {
			keys, err := c.merge(e)
			if err != nil {
				return nil, err
			}
			out = append(out, keys...)
		}
		return out, nil
	}
	return nil, errYAML
}
