package access

import "encoding/json"

// appendRecord writes a record as encoding/json does, to the byte, into the caller's buffer and without reflection:
// it runs twice for every token, and a record is most of what the service writes.
func appendRecord(b []byte, r *Record) []byte {
	b = appendText(append(b, `{"time":`...), r.Time)
	b = appendText(append(b, `,"requestId":`...), r.RequestID)
	b = appendText(append(b, `,"front":`...), r.Front)
	b = appendMember(b, `,"method":`, r.Method)
	b = appendMember(b, `,"path":`, r.Path)
	b = appendMember(b, `,"operation":`, r.Operation)
	b = appendText(append(b, `,"principal":`...), r.Principal)
	b = appendMember(b, `,"principalId":`, r.PrincipalID)
	b = appendMember(b, `,"accessKeyId":`, r.AccessKey)
	b = appendMember(b, `,"action":`, r.Action)
	b = appendMember(b, `,"resource":`, r.Resource)
	b = appendText(append(b, `,"outcome":`...), string(r.Outcome))
	b = appendMember(b, `,"code":`, r.Code)
	b = appendMember(b, `,"reason":`, r.Reason)
	if s := r.Statement; s != nil {
		b = appendText(append(b, `,"statement":{"policyType":`...), s.PolicyType)
		b = appendText(append(b, `,"policy":`...), s.Policy)
		b = append(appendText(append(b, `,"statement":`...), s.Statement), '}')
	}
	b = appendMember(b, `,"sourceAddress":`, r.Source)
	b = appendMember(b, `,"userAgent":`, r.UserAgent)
	b = appendMember(b, `,"signatureHash":`, r.Signature)
	return append(b, '}')
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
