package awsconfig

import "time"

// Forms of time that AWS tools write, and people write into AWS_CREDENTIAL_EXPIRATION.
var timeForms = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05",
	"2006-01-02T15:04:05", "2006-01-02T15:04:05UTC", "20060102T150405Z", time.RFC1123, time.RFC1123Z, "2006-01-02",
}

// parseTime reads a time; one without a zone is UTC.
func parseTime(text string) (time.Time, error) {
	for _, form := range timeForms {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, failed("Unknown string format: " + text)
}
