// Package awsconfig finds what AWS tools keep for a user: settings in the environment and in ~/.aws/config, and
// credentials in all the places where the AWS CLI looks, in its order and with its messages.
//
// It is not the SDK's config module: that one has other precedence and other messages, and its start costs
// twice a small program's whole life. The few services on the way to credentials (STS, SSO, the metadata
// addresses) answer one request each, and are asked through package wire.
//
// It refuses to guess: a file that does not parse, a profile that does not exist and half a credential are
// errors, not reasons to look further. It writes nothing but the AWS CLI's own cache of temporary
// credentials, and prints nothing.
//
// Read settings.go (what a setting is), ini.go and file.go (where they are kept), chain.go (the order of the
// sources), then a source a file: env, role, webidentity, sso, shared, process, container, metadata. sts.go
// asks for the credentials of a role, cache.go keeps them.
package awsconfig
