package policy

import (
	"github.com/octroi/octroi/policy/condition"
	"github.com/octroi/octroi/policy/pattern"
)

// Version is the version of the policy language.
type Version string

// The versions that there are. A document that names none has the first.
const (
	Version2008 Version = "2008-10-17"
	Version2012 Version = "2012-10-17"
)

// grammar is which elements a document has and may have.
type grammar uint8

const (
	identityGrammar grammar = iota + 1 // no Principal; Resource
	resourceGrammar                    // Principal; Resource if it likes
	trustGrammar                       // Principal; no Resource
)

// language is what a statement is written in, and what it says in the end.
type language struct {
	grammar grammar
	version Version
	effect  Effect
}

// use: what is no Allow denies.
func (l language) use() pattern.Use {
	if l.effect == Allow {
		return pattern.ToAllow
	}
	return pattern.ToDeny
}

func (l language) ofConditions() condition.Language {
	c := condition.Language{Use: l.use()}
	if l.version == Version2012 {
		c.Variables = condition.WithVariables
	}
	return c
}

// Size is how long a document may be, in characters that are not white space (of a session policy and a
// resource policy: in characters).
//
// Source: IAM User Guide, "IAM and AWS STS quotas". AWS counts the inline policies of an identity
// together, which is for whoever holds them all.
type Size int

// The sizes that there are.
const (
	SessionSize     Size = 2_048
	TrustSize       Size = 2_048
	UserInlineSize  Size = 2_048
	GroupInlineSize Size = 5_120
	ManagedSize     Size = 6_144
	RoleInlineSize  Size = 10_240
	ResourceSize    Size = 10_240
)

// MaxSize is how long a document may be for Parse.
const MaxSize = int(ManagedSize)

// maxText bounds the text with its white space.
//
// Source: IAM API Reference, PutUserPolicy, PolicyDocument.
const maxText = 131_072

// Parse reads and compiles an identity policy of the size that a managed policy may have. Every error is
// a *MalformedError, here and below.
func Parse(text []byte) (*Document, error) { return ParseIdentity(text, ManagedSize) }

// ParseIdentity reads an identity policy or a permissions boundary of at most a size.
func ParseIdentity(text []byte, most Size) (*Document, error) {
	return parse(text, identityGrammar, most, sizeOf(text))
}

// ParseSession reads the policy that a session is begun with. It may hold at most 2,048 characters,
// white space and all.
//
// Source: AWS STS API Reference, AssumeRole, Policy.
func ParseSession(text []byte) (*Document, error) {
	return parse(text, identityGrammar, SessionSize, len(text))
}

// ParseResource reads the policy of a repository: it has a Principal, and Resource may be left out.
//
// Source: Amazon ECR Public API Reference, SetRepositoryPolicy, policyText.
func ParseResource(text []byte) (*Document, error) {
	return parse(text, resourceGrammar, ResourceSize, len(text))
}

// ParseTrust reads the trust policy of a role: it has a Principal and no Resource, its actions are those
// that begin a session, and whoever an identity provider vouches for is pinned down (see checkTrust).
func ParseTrust(text []byte) (*Document, error) {
	return parse(text, trustGrammar, TrustSize, sizeOf(text))
}
