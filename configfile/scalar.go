package configfile

import "go.yaml.in/yaml/v3"

// member is a key of a mapping with its value.
type member struct {
	key   string
	line  int
	value *yaml.Node
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null" && n.Anchor == ""
}

// members are a mapping's, in their order. YAML has further ways to say the same (anchors, merges, tags, keys that are
// no texts): they are refused, so that what a person reads is what counts.
func (r reader) members(n *yaml.Node, what string) ([]member, error) {
	if err := r.plain(n); err != nil {
		return nil, err
	}
	if n.Kind != yaml.MappingNode {
		return nil, r.fail(n.Line, "%s must be a mapping, with KEY: VALUE on each line", what)
	}
	var all []member
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if err := r.plain(key); err != nil {
			return nil, err
		}
		if key.Kind != yaml.ScalarNode || key.Tag != "!!str" {
			return nil, r.fail(key.Line, "the key %q is no text: write it in quotes", key.Value)
		}
		if before, ok := seen[key.Value]; ok {
			return nil, r.fail(key.Line, "the key %q is there twice, first in line %d: keep one", key.Value, before)
		}
		seen[key.Value] = key.Line
		all = append(all, member{key.Value, key.Line, value})
	}
	return all, nil
}

// plain refuses what stands for something else.
func (r reader) plain(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return r.fail(n.Line, "anchors and aliases are not understood here: write the value out")
	case n.Style&yaml.TaggedStyle != 0:
		return r.fail(n.Line, "tags are not understood here: leave %s out", n.Tag)
	case n.Tag == "!!merge":
		return r.fail(n.Line, "merges are not understood here: write the keys out")
	}
	return nil
}

// text is a value that is a text, and not empty.
func (r reader) text(m member) (string, error) {
	if err := r.plain(m.value); err != nil {
		return "", err
	}
	switch {
	case m.value.Kind != yaml.ScalarNode:
		return "", r.fail(m.value.Line, "%s must be a text", m.key)
	case m.value.Tag != "!!str":
		return "", r.fail(m.value.Line, "%s must be a text: write the value in quotes, or leave the key out", m.key)
	case m.value.Value == "":
		return "", r.fail(m.value.Line, "%s is empty: leave the key out", m.key)
	}
	return m.value.Value, nil
}

func (r reader) boolean(m member) (bool, error) {
	if err := r.plain(m.value); err != nil {
		return false, err
	}
	if m.value.Kind == yaml.ScalarNode && m.value.Tag == "!!bool" && m.value.Style == 0 {
		switch m.value.Value {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
	}
	return false, r.fail(m.value.Line, "%s must be true or false", m.key)
}
