package wire_test

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"

	"github.com/octroi/octroi/wire"
)

func TestJSONFault(t *testing.T) {
	for _, c := range []struct{ body, query, code, message string }{
		{`{"__type":"X","message":"m"}`, "", "X", "m"},
		{`{"__type":"a.b#X","message":"m"}`, "", "X", "m"},
		{`{"__type":"a#b#X","Message":"m"}`, "", "X", "m"},
		{`{"__type":"X#","message":"m"}`, "", "", "m"},
		{`{"__type":"X:http://i/","message":"m"}`, "", "X:http://i/", "m"},
		{`{"__type":"X","message":"lower","Message":"upper"}`, "", "X", "lower"},
		{`{"__type":"X","message":null,"Message":"upper"}`, "", "X", "None"},
		{`{"__type":null,"message":"m"}`, "", "", "m"},
		{`{"__type":"","message":"m"}`, "", "", "m"},
		{`{"message":"m"}`, "", "400", "m"},
		{`{"code":"X"}`, "", "400", ""},
		{`{}`, "", "400", ""},
		{``, "", "400", ""},
		{`no json`, "", "400", "no json"},
		{`<html>x</html>`, "", "400", "<html>x</html>"},
		{`{"__type":"X","message":"m"}`, "Q;Sender", "Q", "m"},
		{`{"__type":"X","message":"m"}`, "Q", "X", "m"},
		{`{"__type":"X","message":"m"}`, ";Sender", "X", "m"},
		{`{"__type":"X","message":"m"}`, "Q;Sender;more", "X", "m"},
	} {
		r := wire.Response{Status: 400, Header: http.Header{"X-Amzn-Query-Error": {c.query}}, Body: []byte(c.body)}
		code, message, err := wire.JSONFault(r)
		if err != nil || code != c.code || message != c.message {
			t.Errorf("%s: %q %q %v", c.body, code, message, err)
		}
	}
	for _, body := range []string{"[1]", `"x"`, "null", "5", `{"__type":5}`, "{\"__type\":\"X\",\"message\":\"caf\xe9\"}"} {
		if code, _, err := wire.JSONFault(wire.Response{Status: 400, Body: []byte(body)}); err == nil {
			t.Errorf("%s: read as %q", body, code)
		}
	}
}

func FuzzJSONFault(f *testing.F) {
	for _, seed := range []string{`{"__type":"X","message":"m"}`, "[1]", "", "{", `{"__type":{}}`} {
		f.Add([]byte(seed), "Q;S")
	}
	f.Fuzz(func(t *testing.T, body []byte, query string) {
		code, _, err := wire.JSONFault(wire.Response{Status: 400, Header: http.Header{"X-Amzn-Query-Error": {query}}, Body: body})
		if err == nil && strings.Contains(code, "#") {
			t.Errorf("namespace left in %q", code)
		}
	})
}

type document struct {
	XMLName xml.Name `xml:"ErrorResponse"`
	Code    string   `xml:"Error>Code"`
}

// hostileXML are bodies with something beside the one document.
var hostileXML = []string{
	"", " ", "junk", "junk<ErrorResponse/>", "<ErrorResponse/>junk", "<ErrorResponse/><ErrorResponse/>", "<a/><ErrorResponse/>",
	`<!DOCTYPE ErrorResponse [<!ENTITY x "y">]><ErrorResponse><Error><Code>&x;</Code></Error></ErrorResponse>`,
	"<ErrorResponse><Error>", "<ErrorResponse></Other>", "<?xml version='1.0'?>", "<?evil x?><ErrorResponse/>",
	"<ErrorResponse/><?xml version='1.0'?>", "<ErrorResponse><Error><Code>&undefined;</Code></Error></ErrorResponse>",
}

func TestHostileC25(t *testing.T) {
	for _, body := range hostileXML {
		var d document
		if err := wire.StrictXML([]byte(body), &d); err == nil {
			t.Errorf("C25 %q: taken as %+v", body, d)
		}
	}
	var d document
	good := "<?xml version=\"1.0\"?>\n<ErrorResponse xmlns=\"x\"><Error><Code>A&amp;B</Code></Error></ErrorResponse>\n"
	if err := wire.StrictXML([]byte(good), &d); err != nil || d.Code != "A&B" {
		t.Errorf("C25: %+v %v", d, err)
	}
}

func FuzzStrictXML(f *testing.F) {
	for _, seed := range hostileXML {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var d document
		if wire.StrictXML(body, &d) == nil && !strings.HasSuffix(strings.TrimSpace(string(body)), ">") &&
			!strings.HasSuffix(string(body), "-->") {
			t.Errorf("%q: junk at the end", body)
		}
	})
}
