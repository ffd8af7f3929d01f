// Package endpoint is the AWS endpoint: POST / in awsJson 1.1 for ECR Public and in the Query protocol for STS.
//
// A request is named first, from a closed table; what has no name is refused. Then its signature is verified, its
// input decoded, and the operation acts: each operation asks package access itself, once for every action it needs.
// Operations return errors of their domain; error.go turns an error into code, status and message from one table.
// Every refusal leaves an audit record, whatever the request looked like.
//
// Read endpoint.go, request.go, operation.go, error.go, answer.go.
package endpoint
