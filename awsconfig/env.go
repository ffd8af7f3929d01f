package awsconfig

import "context"

// env is the environment's key. Empty variables are as good as none.
func (s *Settings) env(context.Context) (Source, error) {
	id := s.environ("AWS_ACCESS_KEY_ID")
	if id == "" {
		return nil, nil
	}
	secret := s.environ("AWS_SECRET_ACCESS_KEY")
	if secret == "" {
		return nil, partial("env", "AWS_SECRET_ACCESS_KEY")
	}
	token := s.environ("AWS_SECURITY_TOKEN")
	if token == "" {
		token = s.environ("AWS_SESSION_TOKEN")
	}
	c := credentials("env", id, secret, token)
	if text := s.environ("AWS_CREDENTIAL_EXPIRATION"); text != "" {
		var err error
		if c.Expires, err = parseTime(text); err != nil {
			return nil, err
		}
	}
	return s.always(c)
}
