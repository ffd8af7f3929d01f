// Package shape walks the request and response structs of the AWS SDK by reflection: what members they have, what the
// wire calls them, in which order they come, and what an example of them looks like. The structs are the contract;
// nothing here is typed by hand, so nothing drifts from them. The client asks it for members and examples, the service
// for its two codecs, awsJson and awsQuery.
//
// It refuses to know what a value means: lengths, patterns and required members belong to the operation.
//
// Read shape.go (kinds and members), skeleton.go (an example value), member.go (names on the wire), json.go, query.go,
// xml.go.
package shape
