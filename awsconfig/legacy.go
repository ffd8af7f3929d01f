package awsconfig

import (
	"context"
	"strings"
)

// legacyFile is the file of the first EC2 tools, named by AWS_CREDENTIAL_FILE: lines of AWSAccessKeyId=... and
// AWSSecretKey=....
func (s *Settings) legacyFile(context.Context) (Source, error) {
	path := s.environ("AWS_CREDENTIAL_FILE")
	if path == "" {
		return nil, nil
	}
	data, err := readRegular(s.expandHome(path), maxFile)
	if err != nil {
		return nil, &Error{Message: "The specified config file (" + path + ") could not be found.", Cause: err}
	}
	keys := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if key, value, ok := strings.Cut(line, "="); ok {
			keys[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	if keys["AWSAccessKeyId"] == "" || keys["AWSSecretKey"] == "" {
		return nil, nil
	}
	return s.always(credentials("ec2-credentials-file", keys["AWSAccessKeyId"], keys["AWSSecretKey"], ""))
}

// boto is the file of the boto 2 library: BOTO_CONFIG, or /etc/boto.cfg and ~/.boto.
func (s *Settings) boto(context.Context) (Source, error) {
	paths := []string{"/etc/boto.cfg", "~/.boto"}
	if path, ok := s.request.Environ("BOTO_CONFIG"); ok {
		paths = []string{path}
	}
	for _, path := range paths {
		all, err := s.read(s.expandHome(s.expandVariables(path)))
		if err != nil {
			return nil, err
		}
		if source, err := s.staticKeys("boto-config", all["Credentials"]); source != nil || err != nil {
			return source, err
		}
	}
	return nil, nil
}
