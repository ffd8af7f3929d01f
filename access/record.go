package access

import (
	"time"
	"unicode/utf8"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
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

	// What conditions ask of the call, beside the above.
	Transport  policy.Transport
	Region     string                // that the signature is for
	Conditions func(*policy.Context) // adds the keys that only this operation has
}

// Outcome is how a decision went.
type Outcome string

// The outcomes that a record can have.
const (
	Allowed  Outcome = "allow"
	Denied   Outcome = "deny"     // by a policy, or for want of one
	Refused  Outcome = "refuse"   // before any policy was read
	Filtered Outcome = "filtered" // a list cut to what may be seen
)

// Record is one line of the audit log.
type Record struct {
	Time        string     `json:"time"` // RFC 3339, UTC
	RequestID   string     `json:"requestId"`
	Front       string     `json:"front"`
	Method      string     `json:"method,omitempty"`
	Path        string     `json:"path,omitempty"`
	Operation   string     `json:"operation,omitempty"`
	Principal   string     `json:"principal"` // ARN, or anonymous
	PrincipalID string     `json:"principalId,omitempty"`
	AccessKey   string     `json:"accessKeyId,omitempty"`
	Action      string     `json:"action,omitempty"`
	Resource    string     `json:"resource,omitempty"`
	Outcome     Outcome    `json:"outcome"`
	Code        string     `json:"code,omitempty"`
	Reason      string     `json:"reason,omitempty"`
	Statement   *Statement `json:"statement,omitempty"`
	Source      string     `json:"sourceAddress,omitempty"`
	UserAgent   string     `json:"userAgent,omitempty"`
	Signature   string     `json:"signatureHash,omitempty"`
}

// Statement is the statement that decided.
type Statement struct {
	PolicyType string `json:"policyType"`
	Policy     string `json:"policy"`
	Statement  string `json:"statement"` // Sid, or "#2" for the second one if it has none
}

// fieldLimit bounds what a caller can write into a record: it is bounded by configuration, not by the caller.
const fieldLimit = 512

func (c *Control) record(call Call, p principal.Principal, action, resource string) Record {
	key := p.AccessKey
	if key == "" {
		key = call.AccessKey
	}
	return Record{
		Time:      c.Now().UTC().Format(time.RFC3339Nano),
		RequestID: call.RequestID, Front: call.Front, Method: clip(call.Method), Path: clip(call.Path), Operation: clip(call.Operation),
		Principal: p.String(), PrincipalID: p.ID, AccessKey: clip(string(key)),
		Action: clip(action), Resource: clip(resource),
		Source: call.SourceAddress, UserAgent: clip(call.UserAgent), Signature: call.Signature,
	}
}

func (r *Record) decided(d policy.Decision, full Decision) {
	r.Outcome = Denied
	if d.Allowed() {
		r.Outcome = Allowed
	} else {
		r.Reason = full.Message()
	}
	if d.Policy != "" {
		r.Statement = &Statement{d.PolicyType.String(), d.Policy, d.Statement}
	}
}

// clip cuts a text at fieldLimit bytes, at the start of a character.
func clip(s string) string {
	if len(s) <= fieldLimit {
		return s
	}
	end := fieldLimit
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}
