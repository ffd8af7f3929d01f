package awscli

import (
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/octroi/octroi/internal/yamlcore"
)

// The library reads the syntax; what a scalar is, which keys repeat and which tags exist is decided here, because the
// original follows YAML 1.2 and the library 1.1.

var errYAML = errors.New("invalid YAML")

// maxYAMLNodes bounds what aliases can multiply.
const maxYAMLNodes = 100_000

func yamlParameters(in loaded) (parameters, error) {
	invalid := usageFailure("Error parsing parameter 'cli-input-yaml': Invalid YAML received.")
	d := yaml.NewDecoder(strings.NewReader(in.text))
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

// construct is what has to be known of a value: its type, and the keys if it is a map.
type construct struct {
	typeName string
	text     string // of a scalar
	keys     []construct
}

// construction turns nodes into values, and counts them.
type construction struct {
	budget int
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
		for _, e := range n.Content {
			if _, err := c.value(e); err != nil {
				return construct{}, err
			}
		}
		return collection(n, "list", nil)
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
		return construct{typeName: "collections.OrderedDict"}, nil
	}
	return construct{}, errYAML
}

// keys are a map's keys: those merged in with << first, none twice.
func (c *construction) keys(n *yaml.Node) ([]construct, error) {
	var own, merged []construct
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.ScalarNode && plain(key) && yamlcore.Resolve(key.Value) == yamlcore.Merge {
			more, err := c.merge(value)
			if err != nil {
				return nil, err
			}
			merged = append(more, merged...)
			continue
		}
		k, err := c.value(key)
		if err != nil {
			return nil, err
		}
		if k.typeName == "list" || k.typeName == "dict" || k.typeName == "set" || contains(own, k) {
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

func contains(list []construct, k construct) bool {
	for _, e := range list {
		if e.typeName == k.typeName && e.text == k.text {
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

// plain tells a scalar without quotes and without a tag.
func plain(n *yaml.Node) bool {
	return n.Style&(yaml.TaggedStyle|yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func scalar(n *yaml.Node) (construct, error) {
	kind := yamlcore.Text
	switch {
	case plain(n):
		kind = yamlcore.Resolve(n.Value)
	case n.Style&yaml.TaggedStyle != 0:
		switch tag := strings.TrimPrefix(n.Tag, "!!"); tag {
		case "str", "null", "bool", "int", "float", "timestamp":
			kind = yamlcore.Kind(tag)
		case "binary":
			return construct{typeName: "bytes", text: n.Value}, nil
		default:
			return construct{}, errYAML
		}
	}
	switch kind {
	case yamlcore.Null:
		return construct{typeName: "NoneType"}, nil
	case yamlcore.Value, yamlcore.Merge: // known, but nothing can be made of them
		return construct{}, errYAML
	case yamlcore.Timestamp:
		if len(n.Value) == len("2006-01-02") {
			return construct{typeName: "datetime.date", text: n.Value}, nil
		}
		return construct{typeName: "datetime.datetime", text: n.Value}, nil
	case yamlcore.Bool, yamlcore.Integer, yamlcore.Float:
		return construct{typeName: string(kind), text: n.Value}, nil
	}
	return construct{typeName: "str", text: n.Value}, nil
}
