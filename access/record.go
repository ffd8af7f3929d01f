package access

import (
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/session"
)

// Call is what a record says of the request beside the decision. It holds no header, query or body: those carry
// secrets.
type Call struct {
	RequestID     string // as the answer's x-amzn-RequestId
	Front         string // aws, registry, token
	Method, Path  string
	Operation     string // the operation's name, where it has one
	SourceAddress string
	UserAgent     string
	Signature     string // a hash of the signature: the same one twice is a replay
	AccessKey     principal.AccessKeyID
	Token         string    // the name of the login token that is used, or made (token.Name)
	TokenExpires  time.Time // of one that is made
	WebToken      string    // jti of an identity provider's token

	Recorded *bool // set by the first record of the call, for whoever has to know that there is one

	// What conditions ask of the call, beside the above.
	Transport  policy.Transport
	Region     string                // that the signature is for
	Conditions func(*policy.Context) // adds the keys that only this operation has
	Policies   []policy.Source       // the policy of the role or repository that the request is about
}

func (c *Control) record(call *Call, p *principal.Principal, action, resource string) audit.Record {
	if call.Recorded != nil {
		*call.Recorded = true
	}
	key := p.AccessKey
	if key == "" {
		key = call.AccessKey
	}
	expires := ""
	if !call.TokenExpires.IsZero() {
		expires = call.TokenExpires.UTC().Format(time.RFC3339)
	}
	return audit.Record{
		Token: call.Token, TokenExpires: expires,
		Time:      c.Now().UTC().Format(time.RFC3339Nano),
		RequestID: call.RequestID, Front: call.Front, Method: audit.Clip(call.Method), Path: audit.Clip(call.Path),
		Region: audit.Clip(call.Region), Operation: audit.Clip(call.Operation),
		Identity: identityOf(p), AccessKey: audit.Clip(string(key)),
		Action: audit.Clip(action), Resource: audit.Clip(resource),
		Source: call.SourceAddress, UserAgent: audit.Clip(call.UserAgent), Signature: call.Signature, WebToken: audit.Clip(call.WebToken),
	}
}

// kinds are the principals' kinds in CloudTrail's words.
//
// Source: AWS CloudTrail User Guide, "CloudTrail userIdentity element".
var kinds = map[principal.Kind]string{
	principal.User: "IAMUser", principal.Root: "Root", principal.AssumedRole: "AssumedRole",
	principal.FederatedUser: "FederatedUser", principal.WebIdentity: "WebIdentityUser",
}

func identityOf(p *principal.Principal) audit.Identity {
	who := audit.Identity{Type: kinds[p.Kind], ID: p.UserID(), ARN: p.ARN(), Account: p.Account, Session: sessionOf(p)}
	switch p.Kind {
	case principal.User:
		who.Name = p.Name
	case principal.WebIdentity:
		who.ID, who.Name, who.Provider = audit.Clip(p.String()), audit.Clip(p.Name), audit.Clip(p.Provider)
	}
	return who
}

// sessionOf is the session that a principal acts in. What it says was checked and sealed when it began; it is cut all the
// same: a record's size is not left to another package.
//
// Source: AWS CloudTrail User Guide, "CloudTrail userIdentity element", sessionContext.
func sessionOf(p *principal.Principal) (s audit.Session) {
	switch p.Kind {
	case principal.AssumedRole:
		s.Issuer = audit.Issuer{Type: "Role", ID: p.ID, ARN: p.RoleARN(), Account: p.Account, Name: p.Name}
	case principal.FederatedUser:
		s.Issuer = audit.Issuer{Type: kinds[principal.User], ID: p.ID, Account: p.Account}
	}
	if !p.InSession() {
		return s
	}
	if in, err := session.Unpack(p.Limits); err == nil {
		s.Begun = in.Begun.Format(time.RFC3339)
		s.Provider, s.SourceIdentity = audit.Clip(in.Provider), audit.Clip(in.SourceIdentity)
	}
	return s
}

// decided puts the decision into its record.
func decided(r *audit.Record, d *Decision) {
	r.Outcome = audit.Denied
	if d.Allowed() {
		r.Outcome = audit.Allowed
	} else {
		r.Reason = d.Message()
	}
	if d.Policy != "" {
		r.Statement = audit.Statement{PolicyType: d.PolicyType.String(), Policy: d.Policy, Statement: d.Statement}
	}
}
