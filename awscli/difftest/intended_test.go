package difftest_test

import (
	"bytes"
	"encoding/json"
	"strings"
)

// intended tells whether two results differ as docs/divergences.md says they do.
func intended(c invocation, want, got result) bool {
	switch {
	case got.Exit == 255 && bytes.Contains(got.Stderr, []byte("invalid response from endpoint")) && len(got.Stdout) == 0:
		// Safer on purpose: an answer without a token is an error.
		return len(got.Requests) == len(want.Requests) && !hasToken(lastAnswer(c, len(want.Requests)))
	case want.Exit == usageError && got.Exit == usageError && bytes.Contains(want.Stderr, []byte("argument command: Invalid choice")):
		// Another program: it has other commands.
		return bytes.Contains(got.Stderr, []byte("argument command: Invalid choice"))
	case lastAnswer(c, len(want.Requests)).Status == 300 && want.Exit == 255 && got.Exit == serviceError:
		// A status of 300 is no success here, so nobody looks for a moment in it.
		return len(got.Requests) == len(want.Requests)
	case want.Exit >= usageError && got.Exit >= usageError && (oddYAML(want) || oddYAML(got)):
		// Two libraries: what is wrong with odd YAML may have two names. What counts is that both refuse it.
		return len(want.Requests) == 0 && len(got.Requests) == 0
	}
	return false
}

func oddYAML(r result) bool {
	return bytes.Contains(r.Stderr, []byte("YAML 1.1")) || // a warning of the original's library
		bytes.Contains(r.Stderr, []byte("Invalid YAML received")) ||
		bytes.Contains(r.Stderr, []byte("keywords must be strings"))
}

// lastAnswer is what the last of n requests got.
func lastAnswer(c invocation, n int) answer {
	if len(c.Answers) == 0 {
		return token
	}
	return c.Answers[max(0, min(n, len(c.Answers))-1)]
}

// hasToken tells whether an answer is usable JSON with a token in it, whatever the token is.
func hasToken(a answer) bool {
	var body struct {
		Data struct {
			Token any `json:"authorizationToken"`
		} `json:"authorizationData"`
	}
	text := strings.NewReplacer("NaN", "0", "-Infinity", "0", "Infinity", "0").Replace(a.Body)
	return a.Fault == "" && a.Status != 204 && json.Unmarshal([]byte(text), &body) == nil && body.Data.Token != nil
}
