package server

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Setting is a key of the configuration with its value, as a configuration file would have it.
type Setting struct {
	Name  string `json:"name"` // limits.blob
	Value string `json:"value"`
}

// Settings lists every key of a configuration, in the order of the sources. Configuration holds no secret: the keys
// are in files of their own.
func Settings(c Config) []Setting { return settings("", reflect.ValueOf(c)) }

func settings(prefix string, v reflect.Value) (all []Setting) {
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("yaml")
		if name == "-" || name == "" {
			continue
		}
		if field := v.Field(i); field.Kind() == reflect.Struct {
			all = append(all, settings(prefix+name+".", field)...)
		} else {
			all = append(all, Setting{prefix + name, settingText(field)})
		}
	}
	return all
}

// settingText is a value as a line of YAML has it.
func settingText(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case fmt.Stringer: // sizes and durations
		return value.String()
	case string:
		return value
	case []string:
		return "[" + strings.Join(value, ", ") + "]"
	default:
		return fmt.Sprint(value)
	}
}

// FileKeys lists the keys that a configuration file has. The file has been read before: it is known to be well formed.
func FileKeys(path string) (map[string]bool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(bytes.TrimSpace(text), &root); err != nil {
		return nil, fmt.Errorf("reading the configuration %s: %w", path, err)
	}
	keys := map[string]bool{}
	if len(root.Content) == 1 {
		fileKeys("", root.Content[0], keys)
	}
	return keys, nil
}

func fileKeys(prefix string, node *yaml.Node, keys map[string]bool) {
	if node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := prefix+node.Content[i].Value, node.Content[i+1]
		if value.Kind == yaml.MappingNode {
			fileKeys(name+".", value, keys)
		} else {
			keys[name] = true
		}
	}
}
