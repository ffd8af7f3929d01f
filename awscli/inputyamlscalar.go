package awscli

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/octroi/octroi/internal/yamlcore"
)

// plain tells a scalar without quotes and without a tag.
func plain(n *yaml.Node) bool {
	return n.Style&(yaml.TaggedStyle|yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func scalar(n *yaml.Node) (construct, error) {
	kind := yamlcore.Text
	switch {
	case plain(n) && strings.Contains(n.Value, "\t"):
		return construct{}, errYAML // which the original allows between quotes only
	case plain(n):
		kind = yamlcore.Resolve(n.Value)
	case n.Style&yaml.TaggedStyle != 0:
		switch tag := strings.TrimPrefix(n.Tag, "!!"); tag {
		case "str", "null", "bool", "int", "float", "timestamp":
			kind = yamlcore.Kind(tag)
			if err := fits(kind, n.Value); err != nil {
				return construct{}, err
			}
		case "binary":
			if _, err := decodeBase64(n.Value); err != nil {
				return construct{}, errYAML
			}
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

// fits tells whether a text can be what its tag says.
func fits(kind yamlcore.Kind, text string) error {
	is := yamlcore.Resolve(text)
	switch kind {
	case yamlcore.Integer:
		if is != yamlcore.Integer {
			return errValue
		}
	case yamlcore.Float:
		if is != yamlcore.Float && is != yamlcore.Integer {
			return errValue
		}
	case yamlcore.Bool:
		switch strings.ToLower(text) {
		case "true", "false", "yes", "no", "on", "off":
		default:
			return errValue
		}
	case yamlcore.Timestamp:
		if is != yamlcore.Timestamp {
			return errYAML
		}
	}
	return nil
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
