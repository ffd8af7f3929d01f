// Package shape walks the request and response structs of the AWS SDK by reflection: what members they have, what the
// wire calls them, in which order they come, and what an example of them looks like. The structs are the contract;
// nothing here is typed by hand, so nothing drifts from them.
//
// Reading order: shape (kinds and members), skeleton (an example value).
package shape
