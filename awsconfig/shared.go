package awsconfig

import "context"

// sharedFile is a key in ~/.aws/credentials, under the plain name of the profile.
func (s *Settings) sharedFile(profile string) finder {
	return func(context.Context) (Source, error) {
		return s.staticKeys("shared-credentials-file", s.files.shared[profile])
	}
}

// configFile is a key in ~/.aws/config.
func (s *Settings) configFile(profile string) finder {
	return func(context.Context) (Source, error) {
		return s.staticKeys("config-file", s.files.config[profile])
	}
}

func (s *Settings) staticKeys(source string, keys *section) (Source, error) {
	if keys == nil {
		return nil, nil
	}
	id, ok := keys.value["aws_access_key_id"]
	if !ok {
		return nil, nil
	}
	secret, ok := keys.value["aws_secret_access_key"]
	if !ok {
		return nil, partial(source, "aws_secret_access_key")
	}
	token, ok := keys.value["aws_security_token"]
	if !ok {
		token = keys.value["aws_session_token"]
	}
	return s.always(credentials(source, id, secret, token))
}
