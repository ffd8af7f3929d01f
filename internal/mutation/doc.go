// Command mutation breaks comparisons and logic of packages that decide, one at a time, and fails if a package's own tests
// do not notice.
//
//	make mutation
//	go run ./internal/mutation -only token,sigv4
//	go run ./internal/mutation -only policy -match party.go
//
// All mutants of a group of packages are built into one test binary, which the environment tells which of them to be: a
// build for each would take hours. The tree is not touched (go build's -overlay). What is broken: each ==, !=, <, <=, >, >=
// is negated, and each of the last four moved by one; && and || take each other's place; conditions and negations are
// negated.
//
// A mutant that no test can notice, because it means the same, stands in equivalent.txt with its reason. One that survives
// and does not stand there is a defect of the tests; one that stands there and does not survive is out of date. Both fail.
//
// Read mutate.go, then group.go and main.go.
package main
