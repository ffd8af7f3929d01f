package awsconfig

import (
	"strconv"

	"github.com/octroi/octroi/wire"
)

const usualAttempts = 3

// Retries is how often to try, and in which mode.
func (s *Settings) Retries() (attempts int, mode wire.Mode, err error) {
	attempts = usualAttempts
	if text, ok := s.Get("max_attempts"); ok {
		if attempts, err = integer(text); err != nil {
			return 0, 0, err
		}
	}
	if attempts < 1 {
		return 0, 0, failed(`Value provided to "max_attempts": ` + strconv.Itoa(attempts) +
			` must be an integer greater than or equal to one.`)
	}
	text, ok := s.Get("retry_mode")
	switch {
	case !ok || text == "standard":
		return attempts, wire.Standard, nil
	case text == "adaptive":
		return attempts, wire.Adaptive, nil
	}
	return 0, 0, failed(`Invalid value provided to "mode": "` + text + `" must be one of: "standard" or "adaptive"`)
}
