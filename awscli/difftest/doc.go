// Package difftest runs the AWS CLI and octroi side by side on invocations that are made up, and compares exit code,
// standard output, standard error and the requests on the wire. It has tests only.
//
//	go test ./awscli/difftest                          a few dozen, always the same ones
//	OCTROI_DIFF_RUNS=5000 go test -timeout 0 ./awscli/difftest   so many, other ones each time
//
// A difference fails the test with the smallest invocation that shows it. What differs on purpose is in intended, and
// in docs/divergences.md.
//
// Reading order: invocation (what is run), endpoint (what answers), program (what runs it), compare, intended, and
// then an area a file: grammar, expression, input, answer, setting.
package difftest
