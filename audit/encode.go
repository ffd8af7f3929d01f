package audit

import (
	"strconv"
	"strings"

	"github.com/octroi/octroi/internal/strictjson"
)

// appendRecord writes a record as encoding/json would write its event, to the byte, into the caller's buffer and
// without reflection: it runs twice for every token, and a record is most of what the service writes. The last two
// members, those of the chain, and the closing brace are left to the chain.
func appendRecord(b []byte, r *Record) []byte {
	b = append(b, `{"eventVersion":"`+eventVersion+`",`...)
	b = appendIdentity(b, r)
	b = strictjson.AppendString(append(b, `,"eventTime":`...), r.Time)
	b = strictjson.AppendString(append(b, `,"eventSource":`...), r.vendor()+sourceSuffix)
	b = strictjson.AppendString(append(b, `,"eventName":`...), r.name())
	b = strictjson.AppendString(append(b, `,"awsRegion":`...), orElse(r.Region, usualRegion))
	b = strictjson.AppendString(append(b, `,"sourceIPAddress":`...), r.Source)
	b = appendMember(b, `,"userAgent":`, r.UserAgent)
	wrong, right := r.messages()
	b = appendMember(b, `,"errorCode":`, r.errorCode())
	b = appendMember(b, `,"errorMessage":`, wrong)
	b = strictjson.AppendString(append(b, `,"requestID":`...), r.RequestID)
	b = strictjson.AppendString(append(b, `,"eventID":`...), r.ID)
	if strings.HasPrefix(r.Resource, "arn:") {
		b = append(strictjson.AppendString(append(b, `,"resources":[{"ARN":`...), r.Resource), `}]`...)
	}
	b = append(b, `,"eventType":"`+eventType+`"`...)
	if !r.Identity.Anonymous() {
		b = appendMember(b, `,"recipientAccountId":`, r.Identity.Account)
	}
	return appendAdditional(b, r, right)
}

func appendIdentity(b []byte, r *Record) []byte {
	who := r.Identity
	if who.Anonymous() {
		who = Identity{Type: anonymousType, Account: anonymousAccount}
	}
	b = strictjson.AppendString(append(b, `"userIdentity":{"type":`...), who.Type)
	b = appendMember(b, `,"principalId":`, who.ID)
	b = appendMember(b, `,"arn":`, who.ARN)
	b = appendMember(b, `,"accountId":`, who.Account)
	b = appendMember(b, `,"accessKeyId":`, r.AccessKey)
	b = appendMember(b, `,"userName":`, who.Name)
	b = appendMember(b, `,"identityProvider":`, who.Provider)
	if who.Session != (Session{}) {
		b = appendSession(append(b, `,"sessionContext":`...), who.Session)
	}
	return append(b, '}')
}

// appendSession writes the members that there are, each with a comma before it; the first comma becomes the brace.
func appendSession(b []byte, s Session) []byte {
	brace := len(b)
	if i := s.Issuer; i != (Issuer{}) {
		b = strictjson.AppendString(append(b, `,"sessionIssuer":{"type":`...), i.Type)
		b = appendMember(b, `,"principalId":`, i.ID)
		b = appendMember(b, `,"arn":`, i.ARN)
		b = appendMember(b, `,"accountId":`, i.Account)
		b = append(appendMember(b, `,"userName":`, i.Name), '}')
	}
	if s.Provider != "" {
		b = append(strictjson.AppendString(append(b, `,"webIdFederationData":{"federatedProvider":`...), s.Provider), `,"attributes":{}}`...)
	}
	if s.Begun != "" {
		b = append(strictjson.AppendString(append(b, `,"attributes":{"creationDate":`...), s.Begun), `,"mfaAuthenticated":"false"}`...)
	}
	b = appendMember(b, `,"sourceIdentity":`, s.SourceIdentity)
	b[brace] = '{'
	return append(b, '}')
}

func appendAdditional(b []byte, r *Record, reason string) []byte {
	b = strictjson.AppendString(append(b, `,"additionalEventData":{"front":`...), r.Front)
	b = appendMember(b, `,"method":`, r.Method)
	b = appendMember(b, `,"path":`, r.Path)
	b = appendMember(b, `,"action":`, r.Action)
	b = appendMember(b, `,"resource":`, r.Resource)
	b = strictjson.AppendString(append(b, `,"outcome":`...), string(r.Outcome))
	b = appendMember(b, `,"reason":`, reason)
	if s := r.Statement; s != (Statement{}) {
		b = strictjson.AppendString(append(b, `,"statement":{"policyType":`...), s.PolicyType)
		b = strictjson.AppendString(append(b, `,"policy":`...), s.Policy)
		b = append(strictjson.AppendString(append(b, `,"statement":`...), s.Statement), '}')
	}
	b = appendMember(b, `,"signatureHash":`, r.Signature)
	b = appendMember(b, `,"token":`, r.Token)
	b = appendMember(b, `,"tokenExpires":`, r.TokenExpires)
	b = appendMember(b, `,"webIdentityTokenId":`, r.WebToken)
	return append(b, '}')
}

// appendSequence and appendHash write the members of the chain: the hash is over everything before its own.
func appendSequence(b []byte, sequence uint64) []byte {
	return strconv.AppendUint(append(b, `,"sequence":`...), sequence, 10)
}

func appendHash[T string | []byte](b []byte, hash T) []byte {
	return append(append(append(b, `,"hash":"`...), hash...), `"}`...)
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// appendMember is a member that is left out when it is empty.
func appendMember(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	return strictjson.AppendString(append(b, name...), text)
}
