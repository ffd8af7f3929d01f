package awscli

import (
	"errors"
	"io"
	"strconv"
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
	d := yaml.NewDecoder(strings.NewReader(lowerVersion(in.text)))
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

// lowerVersion lets the library, which stops at 1.1, read a document that says it is YAML 1.2.
func lowerVersion(text string) string {
	for at := 0; at < len(text); {
		line, _, _ := strings.Cut(text[at:], "\n")
		switch {
		case strings.HasPrefix(line, "%YAML 1.2"):
			return text[:at] + "%YAML 1.1" + text[at+len("%YAML 1.2"):]
		case strings.TrimSpace(line) != "" && line[0] != '#' && line[0] != '%':
			return text
		}
		at += len(line) + 1
	}
	return text
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
	flow   int // how many brackets and braces are open
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
		if c.flow > 0 && plain(n) && strings.Contains(n.Value, ":") {
			return construct{}, errYAML // x:x between brackets, which the original's parser refuses
		}
		return scalar(n)
	}
	if n.Style&yaml.FlowStyle != 0 {
		c.flow++
		defer func() { c.flow-- }()
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
		return construct{typeName: string(kind), text: n.Value, number: number(kind, n.Value)}, nil
	}
	return construct{typeName: "str", text: n.Value}, nil
}

// number is the value of a number or a bool in a form that can be compared.
func number(kind yamlcore.Kind, text string) string {
	text = strings.ToLower(strings.ReplaceAll(text, "_", ""))
	if kind == yamlcore.Bool {
		return map[string]string{"true": "1", "false": "0"}[text]
	}
	if n, err := strconv.ParseInt(text, 0, 64); err == nil && kind == yamlcore.Integer {
		return strconv.FormatInt(n, 10)
	}
	f, err := strconv.ParseFloat(strings.Replace(text, ".inf", "inf", 1), 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
