package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Fault reads a refusal: its code and message, or an error when it is none that can be read.
type Fault func(Response) (code, message string, err error)

// generic reads what a load balancer says in the service's place: 5xx with nothing or a page.
func generic(r Response) (code, message string, ok bool) {
	body := bytes.TrimSpace(r.Body)
	if r.Status < 500 || len(body) > 0 && !bytes.HasPrefix(body, []byte("<html>")) {
		return "", "", false
	}
	if r.Status != 509 && r.Status < 512 {
		message = http.StatusText(r.Status)
	}
	return strconv.Itoa(r.Status), message, true
}

// JSONFault reads a refusal of a JSON service.
//
// Source: recorded runs of the AWS CLI 2.9.19: what it does, not what the protocol asks for.
func JSONFault(r Response) (code, message string, err error) {
	if !utf8.Valid(r.Body) {
		return "", "", badAnswer("it is not UTF-8")
	}
	status := strconv.Itoa(r.Status)
	if len(r.Body) == 0 {
		return queryCode(r, status), "", nil
	}
	if !json.Valid(r.Body) {
		return queryCode(r, status), string(r.Body), nil
	}
	var member map[string]json.RawMessage
	if json.Unmarshal(r.Body, &member) != nil || member == nil {
		return "", "", badAnswer("it is no JSON object")
	}
	text, ok := member["message"]
	if !ok {
		text = member["Message"]
	}
	code = status
	if kind, ok := member["__type"]; ok {
		if code, ok = stringOrNull(kind); !ok {
			return "", "", badAnswer("its __type is no string")
		}
	}
	return queryCode(r, code), plain(text), nil
}

// queryCode prefers the code that a service gives for clients of its former protocol, and cuts a namespace.
func queryCode(r Response, code string) string {
	if first, rest, ok := strings.Cut(r.Header.Get("X-Amzn-Query-Error"), ";"); ok && first != "" && !strings.Contains(rest, ";") {
		code = first
	}
	if i := strings.LastIndexByte(code, '#'); i >= 0 {
		code = code[i+1:]
	}
	return code
}

func stringOrNull(raw json.RawMessage) (string, bool) {
	var text *string
	if json.Unmarshal(raw, &text) != nil {
		return "", false
	}
	if text == nil {
		return "", true
	}
	return *text, true
}

// plain prints a message member: a string as itself, null, true and false as Python does.
func plain(raw json.RawMessage) string {
	switch string(raw) {
	case "":
		return ""
	case "null":
		return "None"
	case "true":
		return "True"
	case "false":
		return "False"
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// XMLFault reads a refusal of a Query service, <ErrorResponse><Error><Code/><Message/></Error></ErrorResponse>.
func XMLFault(r Response) (code, message string, err error) {
	var answer struct {
		XMLName xml.Name `xml:"ErrorResponse"`
		Error   struct {
			Code    string `xml:"Code"`
			Message string `xml:"Message"`
		} `xml:"Error"`
	}
	if err := StrictXML(r.Body, &answer); err != nil {
		return "", "", badAnswer("it is no ErrorResponse")
	}
	return answer.Error.Code, answer.Error.Message, nil
}

func badAnswer(reason string) error {
	return &Error{Message: "invalid response from endpoint: " + reason}
}
