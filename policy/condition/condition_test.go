package condition_test

import (
	"testing"

	"github.com/octroi/octroi/policy/condition"
	"github.com/octroi/octroi/policy/pattern"
)

// TestZeroCondition: a family that nobody compares holds for no Allow and for every Deny.
func TestZeroCondition(t *testing.T) {
	var c condition.Condition
	if got := c.Holds([]string{"x"}, nil); got != pattern.Unknown {
		t.Error(got)
	}
}
