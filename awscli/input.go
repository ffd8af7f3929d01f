package awscli

import (
	"strings"
	"unicode/utf16"

	"github.com/octroi/octroi/internal/pyvalue"
)

// parameters are what --cli-input-json or --cli-input-yaml say. The operation has none, so all that counts is which
// keys are there.
type parameters struct {
	keys    []string
	notText bool // a key is no text, which only YAML can have
}

// validate refuses every key, as the operation has no parameter.
func (p parameters) validate() error {
	if p.notText {
		return &Failure{Message: "keywords must be strings"}
	}
	if len(p.keys) == 0 {
		return nil
	}
	text := "Parameter validation failed:"
	for _, k := range p.keys {
		text += "\nUnknown parameter in input: \"" + k + "\", must be one of: "
	}
	return usageFailure("%s", text)
}

func (in operationInput) load(r *run) (parameters, error) {
	var text, yamlText loaded
	var err error
	if in.json != nil {
		if text, err = r.parameterFile("--cli-input-json", *in.json); err != nil {
			return parameters{}, err
		}
	}
	if in.yaml != nil {
		if yamlText, err = r.parameterFile("--cli-input-yaml", *in.yaml); err != nil {
			return parameters{}, err
		}
	}
	switch {
	case in.json != nil && in.yaml != nil:
		return parameters{}, usageFailure("Only one --cli-input- parameter may be specified.")
	case in.json != nil:
		return jsonParameters(text)
	case in.yaml != nil:
		return yamlParameters(yamlText)
	}
	return parameters{}, nil
}

func jsonParameters(in loaded) (parameters, error) {
	text := in.text
	ok := true
	if in.bytes {
		text, ok = detect(text)
	}
	v, err := any(nil), error(nil)
	if ok {
		v, err = pyvalue.Decode(text)
	}
	if !ok || err != nil {
		return parameters{}, usageFailure("Error parsing parameter 'cli-input-json': Invalid JSON received.")
	}
	m, ok := v.(*pyvalue.Map)
	if !ok {
		return parameters{}, notMap("--cli-input-json", pyvalue.TypeName(v))
	}
	return parameters{keys: m.Keys()}, nil
}

func notMap(option, typeName string) error {
	return usageFailure("Error parsing parameter '%s': Invalid type: expecting map, received <class '%s'>", option, typeName)
}

// detect turns JSON in bytes into text: UTF-8 with or without a mark, or UTF-16 by its mark or its zeros.
func detect(b string) (text string, ok bool) {
	switch {
	case strings.HasPrefix(b, "\xef\xbb\xbf"):
		b = b[3:]
	case strings.HasPrefix(b, "\xff\xfe"):
		return fromUTF16(b[2:], 1, 0)
	case strings.HasPrefix(b, "\xfe\xff"):
		return fromUTF16(b[2:], 0, 1)
	case len(b) >= 2 && b[0] == 0:
		return fromUTF16(b, 0, 1)
	case len(b) >= 2 && b[1] == 0:
		return fromUTF16(b, 1, 0)
	}
	return b, pyvalue.CheckUTF8([]byte(b)) == nil
}

func fromUTF16(b string, high, low int) (string, bool) {
	if len(b)%2 != 0 {
		return "", false
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i < len(b); i += 2 {
		units = append(units, uint16(b[i+high])<<8|uint16(b[i+low]))
	}
	text := string(utf16.Decode(units))
	return text, !strings.ContainsRune(text, '\uFFFD')
}
