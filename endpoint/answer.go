package endpoint

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strconv"

	"github.com/octroi/octroi/shape"
)

// answer writes an operation's output in the caller's protocol.
func (e *Endpoint) answer(w http.ResponseWriter, n named, requestID string, output any) {
	if n.protocol == shape.Query {
		write(w, "text/xml", requestID, http.StatusOK,
			shape.EncodeXML(n.operation.name, namespaces[n.operation.service], requestID, output))
		return
	}
	space := e.space()
	body := shape.AppendJSON((*space)[:0], output)
	write(w, "application/x-amz-json-1.1", requestID, http.StatusOK, body)
	e.keep(space, body)
}

// usualAnswer has room for a token's answer, and most others.
const usualAnswer = 1024

// space is room for an answer, from an earlier one: a new one each time would be a third of what a token leaves to be
// collected.
func (e *Endpoint) space() *[]byte {
	if space, ok := e.spaces.Get().(*[]byte); ok {
		return space
	}
	b := make([]byte, 0, usualAnswer)
	return &b
}

// keep clears a body that is written, since it may be a secret, and keeps its room, unless the body had no room there.
func (e *Endpoint) keep(space *[]byte, body []byte) {
	clear(body)
	if cap(body) == usualAnswer {
		e.spaces.Put(space)
	}
}

// answerError writes an error in the caller's protocol, or in JSON for a caller whose protocol is unknown.
func answerError(w http.ResponseWriter, n named, requestID string, status int, code, message string) {
	if n.protocol == shape.Query {
		write(w, "text/xml", requestID, status, errorXML(n.operation.service, requestID, status, code, message))
		return
	}
	b, err := json.Marshal(struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}{code, message})
	if err != nil {
		b = []byte(`{}`) // two strings always marshal
	}
	write(w, "application/x-amz-json-1.1", requestID, status, b)
}

// errorXML is an error of a Query service; of STS, when the request named none.
func errorXML(service, requestID string, status int, code, message string) []byte {
	kind := "Sender"
	if status >= 500 {
		kind = "Receiver"
	}
	namespace, ok := namespaces[service]
	if !ok {
		namespace = namespaces[STS]
	}
	var b bytes.Buffer
	b.WriteString(`<ErrorResponse xmlns="` + namespace + `">` + "\n<Error>\n")
	for _, e := range [][2]string{{"Type", kind}, {"Code", code}, {"Message", message}} {
		b.WriteString("<" + e[0] + ">")
		xml.EscapeText(&b, []byte(e[1]))
		b.WriteString("</" + e[0] + ">\n")
	}
	b.WriteString("</Error>\n<RequestId>" + requestID + "</RequestId>\n</ErrorResponse>\n")
	return b.Bytes()
}

func write(w http.ResponseWriter, contentType, requestID string, status int, body []byte) {
	h, values := w.Header(), [4]string{contentType, requestID, strconv.Itoa(len(body)), "no-store"}
	h["Content-Type"] = values[0:1:1]
	h["x-amzn-RequestId"] = values[1:2:2] // as AWS spells it
	h["Content-Length"] = values[2:3:3]
	h["Cache-Control"] = values[3:4:4]
	w.WriteHeader(status)
	w.Write(body)
}
