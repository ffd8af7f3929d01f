//go:build suite

package conformance

import _ "github.com/opencontainers/distribution-spec/conformance" // keeps the suite in go.mod; it is built by its path
