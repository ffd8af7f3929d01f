// Package store keeps what the service must remember: accounts, users, groups, roles, access keys, policies,
// providers, repositories, referrers, token keys and revocations, in SQL that SQLite and PostgreSQL both take.
//
// Every write is one transaction that bumps the version row. Reads of the hot path go through a bounded cache that
// is dropped when the version has moved, so that a hit costs no SQL and a change made by another process is obeyed
// within CheckInterval.
//
// It refuses to decide who may do what (package access), and it never returns a wrapped secret in clear but to the
// two readers that need one: the verifier of signatures and the ring of token keys.
//
// Of each table it keeps a sum, so that a letter that the disk changed is found, and it does not begin on a write-ahead log that
// SQLite would read in part.
//
// Read store.go, rootkey.go, credential.go, keyset.go, purpose.go, rewrap.go, write.go, cache.go, then a file for each thing it keeps: account.go, owner.go (what
// users, roles and groups have in common), user.go, role.go, trust.go, group.go, key.go, inline.go, managed.go, awspolicy.go,
// attachment.go, tag.go, provider.go, identity.go (all of it, compiled), lastuse.go, repository.go, referrer.go, tokenkey.go,
// revocation.go; rowsum.go, tablesum.go, wal.go, logwalk.go; inspect.go, inspect_head.go, inspect_sums.go (all of it, looked at and not changed).
package store
