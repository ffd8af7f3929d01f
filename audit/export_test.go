package audit

import (
	"os"
	"strings"
	"time"
)

// NewLog is a log on a file that is open already: for files that do not take what is written.
func NewLog(f *os.File) *Log {
	c := Config{MaxBytes: DefaultMaxBytes, MaxAge: DefaultMaxAge, Now: time.Now}
	return start(c, &disk{config: c, file: f, since: time.Now(), links: newLinker(), head: headFile{key: signingKey(c.Seed)}})
}

// PendingLimit is how much may wait for the disk.
const PendingLimit = pendingLimit

// AppendRecord is the encoder of the log, without the chain's members.
var AppendRecord = appendRecord

// EventOf is a record as encoding/json is to write it.
func EventOf(r Record) any {
	wrong, right := r.messages()
	e := event{
		EventVersion: eventVersion, EventTime: r.Time, EventSource: r.vendor() + ".amazonaws.com", EventName: r.name(), AWSRegion: orElse(r.Region, usualRegion),
		SourceIPAddress: r.Source, UserAgent: r.UserAgent, ErrorCode: r.errorCode(), ErrorMessage: wrong, RequestID: r.RequestID, EventID: r.ID,
		EventType:    eventType,
		UserIdentity: identity{r.Identity.Type, r.Identity.ID, r.Identity.ARN, r.Identity.Account, r.AccessKey, r.Identity.Name, r.Identity.Provider, nil},
		Additional:   additional{r.Front, r.Method, r.Path, r.Action, r.Resource, r.Outcome, right, nil, r.Signature, r.Token, r.TokenExpires, r.WebToken},
		Previous:     r.Previous, Sequence: r.Sequence, Hash: r.Hash,
	}
	if !r.Identity.Anonymous() {
		e.RecipientAccountID = r.Identity.Account
	}
	if r.Identity.Anonymous() {
		e.UserIdentity = identity{Type: anonymousType, Account: anonymousAccount, AccessKey: r.AccessKey}
	} else if s := r.Identity.Session; s != (Session{}) {
		e.UserIdentity.Session = contextOf(s)
	}
	if r.Statement != (Statement{}) {
		e.Additional.Statement = &r.Statement
	}
	if strings.HasPrefix(r.Resource, "arn:") {
		e.Resources = []resource{{r.Resource}}
	}
	return e
}

func contextOf(s Session) *sessionContext {
	c := &sessionContext{SourceIdentity: s.SourceIdentity}
	if i := issuer(s.Issuer); i != (issuer{}) {
		c.Issuer = &i
	}
	if s.Provider != "" {
		c.Web = &webIdentity{Provider: s.Provider}
	}
	if s.Begun != "" {
		c.Attributes = &attributes{s.Begun, "false"}
	}
	return c
}
