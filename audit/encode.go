package audit

import (
	"encoding/json"
	"strconv"
	"strings"
)

// appendRecord writes a record as encoding/json would write its event, to the byte, into the caller's buffer and
// without reflection: it runs twice for every token, and a record is most of what the service writes. The last two
// members, those of the chain, and the closing brace are left to the chain.
func appendRecord(b []byte, r *Record) []byte {
	b = append(b, `{"eventVersion":"`+eventVersion+`",`...)
	b = appendIdentity(b, r)
	b = appendText(append(b, `,"eventTime":`...), r.Time)
	b = appendText(append(b, `,"eventSource":`...), r.source())
	b = appendText(append(b, `,"eventName":`...), r.name())
	b = appendText(append(b, `,"awsRegion":`...), orElse(r.Region, usualRegion))
	b = appendText(append(b, `,"sourceIPAddress":`...), r.Source)
	b = appendMember(b, `,"userAgent":`, r.UserAgent)
	wrong, right := r.messages()
	b = appendMember(b, `,"errorCode":`, r.errorCode())
	b = appendMember(b, `,"errorMessage":`, wrong)
	b = appendText(append(b, `,"requestID":`...), r.RequestID)
	b = appendText(append(b, `,"eventID":`...), r.ID)
	if strings.HasPrefix(r.Resource, "arn:") {
		b = append(appendText(append(b, `,"resources":[{"ARN":`...), r.Resource), `}]`...)
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
	b = appendText(append(b, `"userIdentity":{"type":`...), who.Type)
	b = appendMember(b, `,"principalId":`, who.ID)
	b = appendMember(b, `,"arn":`, who.ARN)
	b = appendMember(b, `,"accountId":`, who.Account)
	b = appendMember(b, `,"accessKeyId":`, r.AccessKey)
	b = appendMember(b, `,"userName":`, who.Name)
	if who.Issuer != "" {
		b = append(b, `,"sessionContext":{"sessionIssuer":{"type":"Role","arn":`...)
		b = append(appendText(b, who.Issuer), `}}`...)
	}
	return append(b, '}')
}

func appendAdditional(b []byte, r *Record, reason string) []byte {
	b = appendText(append(b, `,"additionalEventData":{"front":`...), r.Front)
	b = appendMember(b, `,"method":`, r.Method)
	b = appendMember(b, `,"path":`, r.Path)
	b = appendMember(b, `,"action":`, r.Action)
	b = appendMember(b, `,"resource":`, r.Resource)
	b = appendText(append(b, `,"outcome":`...), string(r.Outcome))
	b = appendMember(b, `,"reason":`, reason)
	if s := r.Statement; s != nil {
		b = appendText(append(b, `,"statement":{"policyType":`...), s.PolicyType)
		b = appendText(append(b, `,"policy":`...), s.Policy)
		b = append(appendText(append(b, `,"statement":`...), s.Statement), '}')
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

func appendHash(b []byte, hash string) []byte {
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
	return appendText(append(b, name...), text)
}

// appendText is a JSON string. What needs an escape, encoding/json escapes.
func appendText(b []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			quoted, err := json.Marshal(text)
			if err != nil {
				return append(b, `""`...) // a string always marshals
			}
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), text...), '"')
}
