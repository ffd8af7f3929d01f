// Package sequence makes up sequences of operations on the real service, over real connections, and holds every answer to
// a small model of what must be allowed. It has tests only.
//
//	go test ./servertest/sequence                          a few sequences, always the same ones
//	OCTROI_SEQUENCES=1000 go test -timeout 0 ./servertest/sequence   so many, other ones each time
//
// Users, groups, roles, policies and their versions, boundaries, access keys, sessions with policies of their own, logins,
// bearers, pushes, pulls, deletes; revocations, keys of the ring removed, restarts, backups restored, and time that passes:
// each answer has the status and code that the model foretells, none says that the service failed, every one has a
// request id and a record, and what was refused as revoked is refused for ever.
//
// The model is written from docs/policies.md and docs/sessions.md, and uses nothing of the packages that decide.
//
// Reading order: document (policies and how they match), state (who is there, and what they may), credential (what is still
// alive), machine (the sequence and its clock), wire (requests and records), then the steps: owner, managed, session,
// registry, image, operator.
package sequence
