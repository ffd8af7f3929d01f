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
func answer(w http.ResponseWriter, n named, requestID string, output any) {
	if n.protocol == shape.Query {
		write(w, "text/xml", requestID, http.StatusOK,
			shape.EncodeXML(n.operation.name, namespaces[n.operation.service], requestID, output))
		return
	}
	write(w, "application/x-amz-json-1.1", requestID, http.StatusOK, shape.EncodeJSON(output))
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
	h := w.Header()
	h.Set("Content-Type", contentType)
	h["x-amzn-RequestId"] = []string{requestID} // as AWS spells it
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body)
}
