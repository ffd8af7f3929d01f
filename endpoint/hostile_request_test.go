package endpoint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/store"
)

func TestHostileS25(t *testing.T) {
	h := open(t)
	signed := h.signer().sign(t, h.getToken()) // for "/"
	for _, uri := range []string{"//", "/./", "/%2e", "/%2F", "/x", "/x/..", "/%00", "/é", "/..", "/index.html", "http://" + h.Host + "/"} {
		t.Run(uri, func(t *testing.T) {
			a := h.refuse(t, signed.at(uri), 404, "", "nothing is served under this path")
			if a.Header.Get("Location") != "" {
				t.Errorf("redirects to %s", a.Header.Get("Location"))
			}
		})
	}
	for _, uri := range []string{"x", "", "/ /", "/%zz"} { // ended by net/http: they are no request line
		t.Run("not a path "+uri, func(t *testing.T) {
			if a := h.send(t, signed.at(uri)); a.StatusCode != 400 || !a.closed {
				t.Errorf("got %d, closed: %v", a.StatusCode, a.closed)
			}
		})
	}
}

func TestHostileS26(t *testing.T) {
	h := open(t)
	all := names(h.getToken())
	for query, canonical := range map[string]string{"a=1;b=2": "a=1%3Bb%3D2", "a&a": "a=&a=", "b=%3a&a=%20": "a=%20&b=%3A", "&": "=&=", "": ""} {
		t.Run(query, func(t *testing.T) { // well signed, and still not taken
			m := h.signer().byHand(h.getToken().at("/?"+query), hand{names: all, query: canonical})
			h.refuse(t, m, 400, isIncomplete, "no query string")
			if query != "" { // the signature is over the raw bytes
				h.refuse(t, h.signer().sign(t, h.getToken()).at("/?"+query), 400, isSignature, mismatch)
			}
		})
	}
	for _, query := range []string{"%zz", "a=%zz", "a=1+2", "%", "a=%2"} {
		t.Run(query, func(t *testing.T) {
			h.refuse(t, h.signer().byHand(h.getToken().at("/?"+query), hand{names: all, query: query}), 400, isIncomplete, "not percent-encoded")
		})
	}
}

func TestHostileS27(t *testing.T) {
	h := open(t)
	for _, host := range []string{"registry.example.com", "127.0.0.1", "127.0.0.1:1", "public.ecr.aws"} {
		t.Run(host, func(t *testing.T) {
			h.refuse(t, h.signer().sign(t, h.getToken().with("Host", host)), 400, isSignature, "'Host'")
		})
	}
	h.allow(t, h.signer().sign(t, h.getToken().with("Host", strings.Replace(h.Host, "127.0.0.1", "localhost", 1))))
	t.Run("two hosts, or none", func(t *testing.T) { // ended by net/http
		signed := h.signer().sign(t, h.getToken())
		for _, m := range []message{signed.and("Host", "registry.example.com"), signed.without("Host")} {
			if a := h.send(t, m); a.StatusCode != 400 || !a.closed {
				t.Errorf("got %d, closed: %v", a.StatusCode, a.closed)
			}
		}
	})
}

func TestHostileS28(t *testing.T) {
	h := open(t)
	chunked := h.signer().sign(t, h.getToken()).unframed("2\r\n{}\r\n0\r\n\r\n").with("Transfer-Encoding", "chunked")
	for _, m := range []message{chunked, chunked.with("Content-Length", "2"), chunked.with("Content-Length", "12"), chunked.without("Authorization")} {
		if a := h.refuse(t, m, 400, "SerializationException", "Transfer-Encoding"); !a.closed {
			t.Error("the connection stays open")
		}
	}
	h.refuse(t, h.whoAmI().unframed("0\r\n\r\n").with("Transfer-Encoding", "chunked"), 400, "MalformedHttpRequest", "Transfer-Encoding")
}

func TestHostileS29(t *testing.T) {
	h := open(t)
	signed := h.signer().sign(t, h.getToken())
	chunked := signed.with("Transfer-Encoding", "chunked")
	for name, body := range map[string]string{
		"bare line feeds": "2\n{}\n0\n\n", "a long extension": "2;" + strings.Repeat("a", 5<<10) + "\r\n{}\r\n0\r\n\r\n", "no chunk": "xx\r\n"} {
		t.Run(name, func(t *testing.T) {
			if a := h.refuse(t, chunked.unframed(body), 400, "SerializationException", "Transfer-Encoding"); !a.closed {
				t.Error("the connection stays open")
			}
		})
	}
	for _, length := range []string{"-1", "+3", "0x2", "2, 2", "99999999999999999999", "2 2"} { // ended by net/http
		t.Run("length "+length, func(t *testing.T) {
			if a := h.send(t, signed.unframed("{}").with("Content-Length", length)); a.StatusCode != 400 || !a.closed {
				t.Errorf("got %d, closed: %v", a.StatusCode, a.closed)
			}
		})
	}
	for _, coding := range []string{"gzip, chunked", "identity", "chunked, chunked", "xchunked"} { // ended by net/http
		t.Run("coding "+coding, func(t *testing.T) {
			if a := h.send(t, signed.unframed("0\r\n\r\n").with("Transfer-Encoding", coding)); a.StatusCode/100 == 2 || !a.closed {
				t.Errorf("got %d, closed: %v", a.StatusCode, a.closed)
			}
		})
	}
	// In HTTP/1.0 there are no chunks: net/http takes the header away, and what stands for a body would be the next
	// request of the connection.
	t.Run("HTTP/1.0", func(t *testing.T) {
		old := h.signer().sign(t, h.getToken().carrying("")).over("HTTP/1.0").with("Connection", "keep-alive")
		smuggled := "0\r\n\r\n" + string(h.signer().sign(t, h.getToken()).bytes())
		for name, m := range map[string]message{
			"chunked":            old.unframed(smuggled).with("Transfer-Encoding", "chunked"),
			"chunked and length": old.unframed(smuggled).with("Transfer-Encoding", "chunked").with("Content-Length", "0"),
			"no length":          old.unframed(""),
		} {
			t.Run(name, func(t *testing.T) {
				a := h.send(t, m)
				if !a.closed {
					t.Error("the connection stays open")
				}
				if name != "chunked and length" {
					h.refusal(t, a, 400, "SerializationException", "Content-Length")
				}
			})
		}
		h.allow(t, h.signer().sign(t, h.getToken()).over("HTTP/1.0"))
	})
}

func TestHostileS30(t *testing.T) {
	h := open(t)
	t.Run("upper-case names", func(t *testing.T) {
		m := h.signer().sign(t, h.getToken())
		for i := range m.lines {
			m.lines[i].name = strings.ToUpper(m.lines[i].name)
		}
		h.allow(t, m)
	})
	t.Run("HTTP/2 on a plain connection", func(t *testing.T) {
		a := exchange(t, h.Host, "PRI", []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
		h.refusal(t, a, 404, "", "")
		if a.Proto != "HTTP/1.1" {
			t.Errorf("answers in %s", a.Proto)
		}
	})
	t.Run("upgrade", func(t *testing.T) {
		m := h.signer().sign(t, h.getToken()).with("Connection", "Upgrade, HTTP2-Settings").with("Upgrade", "h2c").with("HTTP2-Settings", "AAMAAABkAAQAAP__")
		h.allow(t, m) // in HTTP/1.1
	})
	t.Run("a space before the colon", func(t *testing.T) { // ended by net/http
		if a := h.send(t, h.signer().sign(t, h.getToken()).with("X-Amz-Date ", "20260101T000000Z")); a.StatusCode != 400 || !a.closed {
			t.Errorf("got %d, closed: %v", a.StatusCode, a.closed)
		}
	})
}

func TestHostileS36(t *testing.T) {
	listed := servertest.Configure(func(c *server.Config) { c.TrustedProxies = []string{"127.0.0.0/8", "10.0.0.0/8"} })
	source := func(h *house, forwarded ...string) string {
		m := h.signer().sign(t, h.getToken())
		for _, value := range forwarded {
			m = m.and("X-Forwarded-For", value)
		}
		m = m.with("X-Real-Ip", "192.0.2.66").with("Forwarded", "for=192.0.2.77;proto=https").with("X-Forwarded-Proto", "https").with("X-Forwarded-Host", "h")
		r := h.records(t, h.allow(t, m).Header.Get("X-Amzn-Requestid"))
		return r[0].Source
	}
	for _, c := range []struct {
		name    string
		options []servertest.Option
		headers []string
		want    string
	}{
		{"an unlisted peer", nil, []string{"10.0.0.1"}, "127.0.0.1"},
		{"a listed proxy", []servertest.Option{listed}, []string{"192.0.2.1"}, "192.0.2.1"},
		{"what the client wrote stands left", []servertest.Option{listed}, []string{"203.0.113.9, 192.0.2.1"}, "192.0.2.1"},
		{"behind two proxies", []servertest.Option{listed}, []string{"203.0.113.9, 192.0.2.1, 10.1.1.1"}, "192.0.2.1"},
		{"in two headers", []servertest.Option{listed}, []string{"203.0.113.9", "192.0.2.1"}, "192.0.2.1"},
		{"garbage", []servertest.Option{listed}, []string{"203.0.113.9, garbage"}, "127.0.0.1"},
		{"garbage behind a proxy", []servertest.Option{listed}, []string{"203.0.113.9, ?, 10.1.1.1"}, "10.1.1.1"},
		{"only proxies", []servertest.Option{listed}, []string{"10.0.0.2, 10.0.0.1"}, "10.0.0.2"},
		{"mapped to version 6", []servertest.Option{listed}, []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		{"nothing", []servertest.Option{listed}, nil, "127.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := source(open(t, c.options...), c.headers...); got != c.want {
				t.Errorf("source is %q, want %q", got, c.want)
			}
		})
	}
}

// S36, by what it is for: a policy that lets in one network and TLS only is not talked into it by a header, and of a
// listed proxy it believes the same headers.
func TestHostileS36Policy(t *testing.T) {
	listed := servertest.Configure(func(c *server.Config) { c.TrustedProxies = []string{"127.0.0.0/8"} })
	for name, c := range map[string]struct {
		options []servertest.Option
		from    string
		proto   string
		may     bool
	}{
		"an unlisted peer": {nil, "10.0.0.1", "https", false}, "a listed proxy": {[]servertest.Option{listed}, "10.0.0.1", "https", true},
		"from elsewhere": {[]servertest.Option{listed}, "192.0.2.1", "https", false}, "in clear": {[]servertest.Option{listed}, "10.0.0.1", "http", false},
		"two hops, the right one left": {[]servertest.Option{listed}, "10.0.0.1, 192.0.2.1", "https", false},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, c.options...)
			u, err := h.Store().UserByName(t.Context(), h.Account, h.user.UserName)
			if err == nil {
				err = h.Store().PutInlinePolicy(t.Context(), u.Owner(), store.InlinePolicy{Name: "test", Document: `{"Version":"2012-10-17","Statement":{
					"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*",
					"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"Bool":{"aws:SecureTransport":"true"}}}}`})
			}
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(store.CheckInterval + 50*time.Millisecond)
			m := h.signer().sign(t, h.getToken()).with("X-Forwarded-For", c.from).with("X-Forwarded-Proto", c.proto).with("X-Real-Ip", "10.0.0.1").with("Forwarded", "for=10.0.0.1;proto=https")
			if c.may {
				h.allow(t, m)
				return
			}
			if a := h.send(t, m); a.StatusCode != 400 || a.fault().code != "AccessDeniedException" {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
		})
	}
}

func TestHostileS37(t *testing.T) {
	h := open(t)
	for _, l := range []line{{"X-HTTP-Method-Override", "POST"}, {"X-HTTP-Method", "POST"}, {"X-Method-Override", "POST"}} {
		h.refuse(t, h.signer().sign(t, h.getToken().by("GET")).with(l.name, l.value), 405, "UnknownOperationException", "POST")
	}
	for _, l := range []line{{"X-Original-URL", "/v2/_catalog"}, {"X-Rewrite-URL", "/livez"}, {"X-HTTP-Method-Override", "DELETE"}} {
		h.allow(t, h.signer().sign(t, h.getToken()).with(l.name, l.value))
		h.refuse(t, h.signer().sign(t, h.getToken()).at("/x").with(l.name, "/"), 404, "", "")
	}
}

func TestHostileS38(t *testing.T) {
	h := open(t)
	for _, target := range []string{
		"SpencerFrontendService.PutImageForConvergentReplicationInternal", "SpencerFrontendService.DeleteRepositoryInternal",
		"SpencerFrontendService.getauthorizationtoken", "spencerfrontendservice.GetAuthorizationToken",
		"AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken", "x.y.z", "x", ".", "", "SpencerFrontendService.GetAuthorizationToken ,",
		"SpencerFrontendService.GetAuthorizationToken.", "2011-06-15.GetCallerIdentity", strings.Repeat("a", 8<<10),
	} {
		t.Run(target[:min(len(target), 70)], func(t *testing.T) {
			a := h.refuse(t, h.signer().sign(t, h.getToken().target(target)), 400, "UnknownOperationException", "no such operation here")
			if r := h.records(t, a.Header.Get("X-Amzn-Requestid"))[0]; len(r.Operation) > 512 || !strings.HasPrefix(target, r.Operation) {
				t.Errorf("record: %+v", r)
			}
		})
	}
	h.refuse(t, h.getToken().without("X-Amz-Target"), 400, "UnknownOperationException", "")
	t.Run("16 KiB", func(t *testing.T) { h.refuse(t, h.getToken().target(strings.Repeat("a", 17<<10)), 431, "", "") })
	for _, body := range []string{
		"Action=getcalleridentity&Version=2011-06-15", "Action=GetCallerIdentity&Version=2010-05-08", "Action=GetCallerIdentity", "Version=2011-06-15",
		"Action=GetAuthorizationToken&Version=SpencerFrontendService", "Action=AssumeRoot&Version=2011-06-15", "",
	} {
		t.Run("Query "+body, func(t *testing.T) {
			h.refuse(t, as(h.user, "sts", time.Now()).sign(t, h.whoAmI().carrying(body)), 400, "InvalidAction", "no such operation here")
		})
	}
}

func TestHostileS39(t *testing.T) {
	h := open(t)
	sent := func(body string) message { return h.signer().sign(t, h.getToken().carrying(body)) }
	for _, body := range []string{"", "{}", " {} ", `{"a":1}`, `{"authorizationToken":{"a":[1,null]}}`} {
		t.Run("taken "+body, func(t *testing.T) { h.allow(t, sent(body)) })
	}
	for name, body := range map[string]string{
		"null": "null", "list": "[]", "string": `"{}"`, "two documents": "{} {}", "a name twice": `{"a":1,"a":1}`, "byte order mark": "\ufeff{}",
		"UTF-16": "\xff\xfe{\x00}\x00", "no UTF-8": "{\"a\":\"\xff\"}", "deep": strings.Repeat(`{"a":`, 12<<10), "brackets": strings.Repeat("[", 60<<10),
		"NUL": "{}\x00", "form": "Action=GetCallerIdentity&Version=2011-06-15", "XML": "<a/>", "cut": "{", "NaN": `{"a":NaN}`,
	} {
		t.Run(name, func(t *testing.T) { h.refuse(t, sent(body), 400, "SerializationException", "") })
	}
	for name, body := range map[string]string{"just too large": strings.Repeat(" ", 64<<10-1) + "{}", "1 MiB": "{" + strings.Repeat(" ", 1<<20) + "}"} {
		t.Run(name, func(t *testing.T) {
			if a := h.refuse(t, sent(body), 413, "RequestEntityTooLargeException", "65536"); !a.closed {
				t.Error("the connection stays open")
			}
		})
	}
	h.allow(t, sent(strings.Repeat(" ", 64<<10-2)+"{}"))
	whoAmI := func(body string) message { return as(h.user, "sts", time.Now()).sign(t, h.whoAmI().carrying(body)) }
	right := h.whoAmI().body
	h.allow(t, whoAmI(right+"&X=y"))
	for name, body := range map[string]string{"twice": right + "&Action=GetCallerIdentity", "escape": right + "&a=%zz", "semicolon": right + ";a=b", "twice by escape": right + "&%41ction=x"} {
		t.Run("Query "+name, func(t *testing.T) { h.refuse(t, whoAmI(body), 400, "MalformedQueryString", "") })
	}
	t.Run("Query too large", func(t *testing.T) {
		h.refuse(t, whoAmI(right+"&a="+strings.Repeat("b", 64<<10)), 413, "RequestEntityTooLarge", "")
	})
}

func TestHostileS40(t *testing.T) {
	h := open(t)
	for _, content := range []string{"text/plain", "application/x-amz-json-1.0", "application/json", "application/cbor", "multipart/form-data; boundary=x", "",
		"application/x-amz-json-1.1; charset=utf-16", "application/x-amz-json-1.1; a=b", "application/x-amz-json-1.1, text/plain", "application/x-amz-json-1.1; charset=utf-8; a=b"} {
		t.Run(content, func(t *testing.T) {
			h.refuse(t, h.signer().sign(t, h.getToken().with("Content-Type", content)), 415, "UnsupportedMediaTypeException", "Content-Type")
		})
	}
	h.refuse(t, h.signer().sign(t, h.getToken().without("Content-Type")), 415, "UnsupportedMediaTypeException", "")
	for _, coding := range []string{"gzip", "identity", "aws-chunked"} {
		h.refuse(t, h.signer().sign(t, h.getToken().with("Content-Encoding", coding)), 415, "UnsupportedMediaTypeException", "")
	}
	for _, method := range []string{"GET", "PUT", "HEAD", "OPTIONS", "TRACE", "PATCH", "DELETE", "post", "PRI", "FROB"} {
		t.Run(method, func(t *testing.T) {
			a := h.refuse(t, h.signer().sign(t, h.getToken()).by(method), 405, "UnknownOperationException", "POST")
			if a.Header.Get("Allow") != "POST" {
				t.Errorf("Allow: %q", a.Header.Get("Allow"))
			}
		})
	}
	for _, request := range []string{"CONNECT " + h.Host, "CONNECT /", "OPTIONS *", "TRACE *", "GET *"} {
		t.Run(request, func(t *testing.T) {
			method, uri, _ := strings.Cut(request, " ")
			a := h.send(t, h.signer().sign(t, h.getToken()).by(method).at(uri))
			if a.StatusCode/100 != 4 {
				t.Errorf("answers %d", a.StatusCode)
			}
			found := h.records(t, a.Header.Get("X-Amzn-Requestid"))
			if len(found) != 1 || found[0].Outcome != audit.Refused || found[0].Method != method {
				t.Errorf("records: %+v", found)
			}
		})
	}
	t.Run("Expect", func(t *testing.T) {
		h.allow(t, h.signer().sign(t, h.getToken()).with("Expect", "100-continue"))
	})
}
