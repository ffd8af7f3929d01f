package audit

import "unicode/utf8"

// Outcome is how a decision went.
type Outcome string

// The outcomes that a record can have.
const (
	Allowed  Outcome = "allow"
	Denied   Outcome = "deny"     // by a policy, or for want of one
	Refused  Outcome = "refuse"   // before any policy was read
	Filtered Outcome = "filtered" // a list cut to what may be seen
)

// Record is one decision. It holds no header, query or body: those carry secrets. Its line has the shape of a
// CloudTrail event; what that has no member for is in additionalEventData.
//
// Source: AWS CloudTrail User Guide, "CloudTrail record contents".
type Record struct {
	ID        string // made when the record is appended, unless it is there
	Time      string // RFC 3339, UTC
	RequestID string // as the answer's x-amzn-RequestId
	Front     string // aws, registry, token
	Method    string
	Path      string
	Region    string // that the signature is for
	Operation string // the operation's name, where it has one

	Identity  Identity
	AccessKey string // proved, or only claimed by somebody who is anonymous

	Action    string // vendor:name, which the policies were asked for
	Resource  string
	Outcome   Outcome
	Code      string
	Reason    string
	Statement Statement

	Source    string // address
	UserAgent string
	Signature string // a hash of the signature: the same one twice is a replay

	Token        string // the name of the token that was used or made: a keyed hash of its id
	TokenExpires string // RFC 3339, of a token that was made
	WebToken     string // jti of an identity provider's token that was shown: the same one twice is a replay

	// Of the chain: the log gives them.
	Previous string // hash of the record before, in the first record of a file
	Sequence uint64
	Hash     string
}

// Identity is who the decision was about. The zero Identity is anonymous.
type Identity struct {
	Type     string // IAMUser, AssumedRole, FederatedUser, Root, WebIdentityUser; empty for nobody
	ID       string // unique id; AROA...:session for a role's session
	ARN      string
	Account  string
	Name     string // of the user
	Provider string // ARN of the identity provider that vouched for a WebIdentityUser

	Session Session // with whose credentials the request was made; zero for a key of one's own
}

// Session says what a session is: who can be asked about what was done in it.
type Session struct {
	Issuer         Issuer // whose it is, where that is not who acts: a role, or the user who began it for somebody
	Provider       string // ARN of the identity provider that vouched for the one who began it
	Begun          string // RFC 3339, UTC
	SourceIdentity string // that was set when the first of a chain of sessions began, and cannot be changed after
}

// Issuer is whose a session is.
type Issuer struct {
	Type    string // Role, IAMUser
	ID      string // unique id
	ARN     string
	Account string
	Name    string
}

// Anonymous reports that nobody in particular was decided about.
func (i Identity) Anonymous() bool { return i.Type == "" }

// Statement is the statement that decided; zero where none did.
type Statement struct {
	PolicyType string `json:"policyType"`
	Policy     string `json:"policy"`
	Statement  string `json:"statement"` // Sid, or "#2" for the second one if it has none
}

// Summary is what is counted of a record. It is told by value: a record whose address others are told cannot lie on the
// stack, and there is one for every decision.
type Summary struct {
	Front, Code string
	Outcome     Outcome
	Token, Made bool // whether it is about a token, and whether that was made
}

// Summary is what is counted of the record.
func (r *Record) Summary() Summary {
	return Summary{r.Front, r.Code, r.Outcome, r.Token != "", r.TokenExpires != ""}
}

// fieldLimit bounds what a caller can write into a record: it is bounded by configuration, not by the caller.
const fieldLimit = 512

// Clip cuts a text of the caller's at fieldLimit bytes, at the start of a character.
func Clip(s string) string {
	if len(s) <= fieldLimit {
		return s
	}
	end := fieldLimit
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// Who names the one that was decided about, for a person.
func (r *Record) Who() string {
	switch {
	case r.Identity.Anonymous():
		return "anonymous"
	case r.Identity.ARN == "":
		return r.Identity.ID
	}
	return r.Identity.ARN
}

// What names what was decided: the action, or the operation of a request that was refused before it had one, or its
// method and path when it named none.
func (r *Record) What() string {
	switch {
	case r.Action != "":
		return r.Action
	case r.Operation != "":
		return r.Operation
	}
	return r.Method + " " + r.Path
}
