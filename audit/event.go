package audit

import (
	"encoding/json"
	"strings"
)

// event is a record as it stands in the file.
type event struct {
	EventVersion       string     `json:"eventVersion"`
	UserIdentity       identity   `json:"userIdentity"`
	EventTime          string     `json:"eventTime"`
	EventSource        string     `json:"eventSource"`
	EventName          string     `json:"eventName"`
	AWSRegion          string     `json:"awsRegion"`
	SourceIPAddress    string     `json:"sourceIPAddress"`
	UserAgent          string     `json:"userAgent,omitempty"`
	ErrorCode          string     `json:"errorCode,omitempty"`
	ErrorMessage       string     `json:"errorMessage,omitempty"`
	RequestID          string     `json:"requestID"`
	EventID            string     `json:"eventID"`
	Resources          []resource `json:"resources,omitempty"`
	EventType          string     `json:"eventType"`
	RecipientAccountID string     `json:"recipientAccountId,omitempty"`
	Additional         additional `json:"additionalEventData"`
	Previous           string     `json:"previous,omitempty"`
	Sequence           uint64     `json:"sequence"`
	Hash               string     `json:"hash"`
}

type identity struct {
	Type      string          `json:"type"`
	ID        string          `json:"principalId,omitempty"`
	ARN       string          `json:"arn,omitempty"`
	Account   string          `json:"accountId,omitempty"`
	AccessKey string          `json:"accessKeyId,omitempty"`
	Name      string          `json:"userName,omitempty"`
	Provider  string          `json:"identityProvider,omitempty"`
	Session   *sessionContext `json:"sessionContext,omitempty"`
}

type sessionContext struct {
	Issuer         *issuer      `json:"sessionIssuer,omitempty"`
	Web            *webIdentity `json:"webIdFederationData,omitempty"`
	Attributes     *attributes  `json:"attributes,omitempty"`
	SourceIdentity string       `json:"sourceIdentity,omitempty"`
}

type issuer struct {
	Type    string `json:"type"`
	ID      string `json:"principalId,omitempty"`
	ARN     string `json:"arn,omitempty"`
	Account string `json:"accountId,omitempty"`
	Name    string `json:"userName,omitempty"`
}

// webIdentity has no attributes: a session does not keep what the provider said of whom it vouched for. The record of its
// beginning has the subject.
type webIdentity struct {
	Provider   string   `json:"federatedProvider"`
	Attributes struct{} `json:"attributes"`
}

// attributes say false: nobody shows a second factor here.
type attributes struct {
	Created string `json:"creationDate"`
	MFA     string `json:"mfaAuthenticated"`
}

type resource struct {
	ARN string `json:"ARN"`
}

type additional struct {
	Front        string     `json:"front"`
	Method       string     `json:"method,omitempty"`
	Path         string     `json:"path,omitempty"`
	Action       string     `json:"action,omitempty"`
	Resource     string     `json:"resource,omitempty"`
	Outcome      Outcome    `json:"outcome"`
	Reason       string     `json:"reason,omitempty"`
	Statement    *Statement `json:"statement,omitempty"`
	Signature    string     `json:"signatureHash,omitempty"`
	Token        string     `json:"token,omitempty"`
	TokenExpires string     `json:"tokenExpires,omitempty"`
	WebToken     string     `json:"webIdentityTokenId,omitempty"`
}

// What CloudTrail writes for a caller who is nobody in particular, and for everything else that is always the same.
//
// Source: AWS CloudTrail User Guide, "CloudTrail userIdentity element".
const (
	eventVersion     = "1.11"
	eventType        = "AwsApiCall"
	anonymousType    = "AWSAccount"
	anonymousAccount = "ANONYMOUS_PRINCIPAL"
	usualRegion      = "us-east-1" // of a request that no region was signed for, as ECR Public's and IAM's events
)

// sourceSuffix follows the vendor in the eventSource.
const sourceSuffix = ".amazonaws.com"

// vendor is the service that the action belongs to. What was refused before it had an action is the front's.
func (r *Record) vendor() string {
	if vendor, _, ok := strings.Cut(r.Action, ":"); ok {
		return vendor
	}
	if r.Front == "aws" {
		return "unknown"
	}
	return "ecr-public"
}

// name is the eventName.
func (r *Record) name() string {
	if r.Operation != "" {
		return r.Operation
	}
	_, name, _ := strings.Cut(r.Action, ":")
	return name
}

// errorCode is that of a refusal; a policy's no has none of its own.
func (r *Record) errorCode() string {
	if r.Code == "" && r.Outcome == Denied {
		return "AccessDenied"
	}
	return r.Code
}

// messages says whether the reason is that of an error, or of a yes.
func (r *Record) messages() (wrong, right string) {
	if r.Outcome == Denied || r.Outcome == Refused {
		return r.Reason, ""
	}
	return "", r.Reason
}

// MarshalJSON writes the line that the log writes.
func (r Record) MarshalJSON() ([]byte, error) {
	b := appendMember(appendRecord(nil, &r), `,"previous":`, r.Previous)
	return appendHash(appendSequence(b, r.Sequence), r.Hash), nil
}

// UnmarshalJSON reads a line of the log.
func (r *Record) UnmarshalJSON(line []byte) error {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		return err
	}
	if !digits(e.Hash) { // which is written as it is
		return errLine
	}
	*r = Record{
		ID: e.EventID, Time: e.EventTime, RequestID: e.RequestID, Front: e.Additional.Front,
		Method: e.Additional.Method, Path: e.Additional.Path, Region: e.AWSRegion, Operation: e.EventName,
		Identity: e.UserIdentity.identity(), AccessKey: e.UserIdentity.AccessKey,
		Action: e.Additional.Action, Resource: e.Additional.Resource, Outcome: e.Additional.Outcome,
		Code: e.ErrorCode, Reason: e.ErrorMessage + e.Additional.Reason,
		Source: e.SourceIPAddress, UserAgent: e.UserAgent, Signature: e.Additional.Signature,
		Token: e.Additional.Token, TokenExpires: e.Additional.TokenExpires, WebToken: e.Additional.WebToken,
		Previous: e.Previous, Sequence: e.Sequence, Hash: e.Hash,
	}
	if s := e.Additional.Statement; s != nil {
		r.Statement = *s
	}
	return nil
}

// digits reports whether a text is a hash in hexadecimal digits, or none.
func digits(text string) bool { return strings.Trim(text, "0123456789abcdef") == "" }

func (i identity) identity() Identity {
	if i.Account == anonymousAccount {
		return Identity{}
	}
	who := Identity{Type: i.Type, ID: i.ID, ARN: i.ARN, Account: i.Account, Name: i.Name, Provider: i.Provider}
	if i.Session != nil {
		who.Session = i.Session.session()
	}
	return who
}

func (c *sessionContext) session() Session {
	s := Session{SourceIdentity: c.SourceIdentity}
	if c.Issuer != nil {
		s.Issuer = Issuer(*c.Issuer)
	}
	if c.Web != nil {
		s.Provider = c.Web.Provider
	}
	if c.Attributes != nil {
		s.Begun = c.Attributes.Created
	}
	return s
}
