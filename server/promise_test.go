package server_test

import (
	"strings"
	"testing"
)

// SECURITY.md: every promise names a test, and every test that it names is there and in docs/security-tests.md.
func TestPromises(t *testing.T) {
	tests := readFile(t, "../docs/security-tests.md")
	promises, _, ok := strings.Cut(readFile(t, "../SECURITY.md"), "## What is not promised")
	_, promises, begins := strings.Cut(promises, "## What is promised")
	if !ok || !begins {
		t.Fatal("SECURITY.md has no part that promises")
	}
	bullets := strings.Split(promises, "\n- ")[1:]
	if len(bullets) < 20 {
		t.Errorf("%d promises", len(bullets))
	}
	for _, promise := range bullets {
		named := documentTest.FindAllStringSubmatch(promise, -1)
		if len(named) == 0 {
			t.Errorf("no test: %s", promise)
		}
		for _, test := range named {
			exists(t, test)
			name := strings.TrimSuffix(test[0], "`")
			if !strings.Contains(tests, name+"`") && !strings.Contains(tests, name+"/") {
				t.Errorf("docs/security-tests.md does not have %s", test[0])
			}
		}
	}
}
