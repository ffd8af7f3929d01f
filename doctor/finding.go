package doctor

import (
	"errors"
	"strings"

	"github.com/octroi/octroi/awsconfig"
	"github.com/octroi/octroi/wire"
)

// Level says how bad a finding is.
type Level string

// The levels. Only a Fail makes the whole wrong.
const (
	OK   Level = "ok"
	Warn Level = "warn"
	Fail Level = "fail"
)

// Finding is what one check found.
type Finding struct {
	Check string `json:"check"` // as "credentials"
	Level Level  `json:"level"`
	Cause string `json:"cause"`         // what is so
	Fix   string `json:"fix,omitempty"` // what to do about it
}

// Wrong reports whether something is.
func Wrong(all []Finding) bool {
	for _, f := range all {
		if f.Level == Fail {
			return true
		}
	}
	return false
}

// String is one line.
func (f Finding) String() string {
	line := string(f.Level) + strings.Repeat(" ", len("fail  ")-len(f.Level)) + f.Check + ": " + f.Cause
	if f.Fix != "" {
		line += "; to fix it: " + f.Fix
	}
	return shown(line)
}

func ok(check, cause string) []Finding         { return []Finding{{check, OK, shown(cause), ""}} }
func warn(check, cause, fix string) []Finding  { return []Finding{{check, Warn, shown(cause), fix}} }
func wrong(check, cause, fix string) []Finding { return []Finding{{check, Fail, shown(cause), fix}} }

// shown keeps what somebody else says from drawing on the terminal, and from going on for ever.
func shown(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.TrimSpace(text))
	if r := []rune(text); len(r) > 600 {
		text = string(r[:600]) + "..."
	}
	return text
}

// refusal is the service's, when an error is one.
func refusal(err error) *wire.ServiceError {
	var refused *wire.ServiceError
	if errors.As(err, &refused) {
		return refused
	}
	return nil
}

func isKind(err error, kind string) bool {
	var setting *awsconfig.Error
	return errors.As(err, &setting) && setting.Kind == kind
}
