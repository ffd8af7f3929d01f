// Package sigv4 checks how a request proves who sent it: AWS Signature Version 4 in the Authorization
// header, on the server's side.
//
//	Authorization: AWS4-HMAC-SHA256 Credential=<key id>/<day>/<region>/<service>/aws4_request,
//	               SignedHeaders=<names>, Signature=<64 hex digits>
//
//	canonical      = method \n path \n query \n header:value\n... \n names \n hex(SHA-256(body))
//	string to sign = algorithm \n time \n scope \n hex(SHA-256(canonical))
//	signature      = HMAC(HMAC(HMAC(HMAC(HMAC("AWS4"+secret, day), region), service), "aws4_request"),
//	                 string to sign)
//
// Only that form exists here. Query-string credentials, unsigned and streamed payloads, and the older and
// newer algorithms (AWS3, SigV4a) are refused rather than half supported: most verifiers that were ever
// bypassed were bypassed through a second form. For the same reason the parser knows one spelling: names
// in lower case, sorted, each once; and whatever of a request decides its meaning (host, time, target,
// content type, every X-Amz header) must be signed.
//
// It refuses to know what a key may do, where keys are kept, and what an error looks like on a wire.
//
// Read verify.go and claim.go, then in the order of the steps: authorization.go, request.go, scope.go,
// canonical.go, derive.go. The sentences of refusals are in error.go.
//
// Source: IAM User Guide, "AWS Signature Version 4 for API requests", "Create a signed AWS API request".
package sigv4
