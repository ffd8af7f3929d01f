package awsconfig

// ParseINI is the settings parser for its fuzz target: section, key, value.
func ParseINI(text string) (map[string]map[string]string, error) {
	all, err := parseINI(text)
	if err != nil {
		return nil, err
	}
	got := map[string]map[string]string{}
	for name, s := range all {
		got[name] = s.value
		for key, block := range s.nested {
			for k, v := range block {
				got[name][key+"."+k] = v
			}
		}
	}
	return got, nil
}

// Redact is what happens to a failed process's words.
var Redact = redact

// Parsers of files and answers, for their fuzz targets.
var (
	ParseMetadata = parseMetadata
	ParseTime     = parseTime
	ReadWebToken  = readWebToken
	ReadLogin     = func(path string) error { _, err := readLogin(path, "a session"); return err }
)
