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
	}
	return false
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
