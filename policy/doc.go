// Package policy answers "may they?": it reads IAM policy documents strictly, keeps them compiled, and
// evaluates a request against all that are in force to a Decision that says which policy type and which
// statement decided.
//
// It is pure: no I/O, no clock, no state. And it fails closed, at both ends. A document with anything
// that this package does not implement is refused when it is written, because an element that is ignored
// is an Allow without its condition or a Deny that never comes. A document that cannot be read when it
// is needed denies (Source). What cannot be told of a request (a variable without a value, a number that
// is none) neither allows nor takes a Deny away (pattern.Truth).
//
// It refuses to fetch policies, to record decisions (package access), to resolve principals to their
// unique ids (Document.Bound takes them), and to know operations or HTTP.
//
// Read request.go, context.go, claim.go, evaluate.go, tally.go, decision.go, advice.go for the decision; language.go, document.go,
// statement.go, element.go, action.go, resource.go, subject.go for the language; principals.go, bound.go, trust.go for
// those whom policies name; error.go for what is refused, and write.go for documents that we write ourselves. Of a
// statement, package condition is Condition, package party Principal, and package pattern the texts of all of them.
//
// Source: IAM User Guide, "IAM JSON policy element reference", "Grammar of the IAM JSON policy language"
// and "Policy evaluation logic". What is accepted is in docs/policies.md; where we are stricter than AWS,
// and why, in docs/divergences.md. Of the language itself:
//
//   - member names have one spelling (AWS takes any case), without escapes;
//   - a policy variable under Version 2008-10-17 is refused (AWS takes it literally);
//   - a policy variable before the fifth colon of an ARN is refused, as is a wildcard in its default;
//   - a pattern of fewer than six ARN parts must end with "*";
//   - a "*" that ends an ARN part but not the pattern stays within its part (AWS says that it may run on);
//   - a variable without a value makes a Deny apply to every resource that some value would make it
//     apply to (AWS: to none), and an Allow not apply.
package policy
