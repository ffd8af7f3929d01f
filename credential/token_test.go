package credential_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/credential"
)

var now = time.Unix(1_800_000_000, 0)

func answer(token, expires string) []byte {
	return fmt.Appendf(nil, `{"authorizationData":{"authorizationToken":%q,"expiresAt":%s}}`, token, expires)
}

func encode(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func TestParseToken(t *testing.T) {
	got, err := credential.ParseToken(answer(encode("AWS:pass+/=word"), "1800003600.5"), now)
	if err != nil || got.User != "AWS" || got.Password.Reveal() != "pass+/=word" || got.Whole.Reveal() != encode("AWS:pass+/=word") ||
		!got.Expires.Equal(now.Add(time.Hour+500*time.Millisecond)) {
		t.Errorf("%+v %v", got, err)
	}
	if text := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(text, "pass") {
		t.Error(text)
	}
}

func TestHostileC15C16(t *testing.T) {
	good := encode("AWS:password")
	for name, body := range map[string][]byte{
		"C15 html": []byte("<html>x</html>"), "C15 truncated": answer(good, "1800003600")[:40], "C15 empty object": []byte("{}"),
		"C15 null": []byte("null"), "C15 no token": []byte(`{"authorizationData":{"expiresAt":1800003600}}`),
		"C15 no expiry": []byte(`{"authorizationData":{"authorizationToken":"` + good + `"}}`), "C15 empty": nil,
		"C15 two documents": append(answer(good, "1800003600"), '1'),
		"C16 newline":       answer(good+"\n", "1800003600"), "C16 space": answer(" "+good, "1800003600"),
		"C16 no base64": answer("!!!", "1800003600"), "C16 no colon": answer(encode("AWSpassword"), "1800003600"),
		"C16 two colons": answer(encode("AWS:pass:word"), "1800003600"), "C16 no user": answer(encode(":password"), "1800003600"),
		"C16 no password": answer(encode("AWS:"), "1800003600"), "C16 control": answer(encode("AWS:pass\x1bword"), "1800003600"),
		"C16 inner newline": answer(encode("AWS:pass\nword"), "1800003600"), "C16 long": answer(encode("AWS:"+strings.Repeat("x", 1<<20)), "1800003600"),
		"C16 no padding": answer(strings.TrimRight(encode("AWS:passwor"), "="), "1800003600"),
		"C16 bytes":      answer(encode("AWS:\xff\xfe"), "1800003600"),
	} {
		if got, err := credential.ParseToken(body, now); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestHostileC17(t *testing.T) {
	for expires, life := range map[string]time.Duration{ // 0: refused
		"1799999999": 0, "1800000000": 0, "0": 0, "-1": 0, "NaN": 0, "1e308": 0, `"never"`: 0, `"1800003600"`: 0, "null": 0, "true": 0,
		"1800003600": time.Hour, "1800043200": 12 * time.Hour, "1800043201": 12 * time.Hour, "2115532800": 12 * time.Hour, "1.8000036e9": time.Hour,
	} {
		got, err := credential.ParseToken(answer(encode("AWS:p"), expires), now)
		if (err == nil) != (life != 0) || err == nil && !got.Expires.Equal(now.Add(life)) {
			t.Errorf("C17 %s: %v %v", expires, got.Expires, err)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(answer(encode("AWS:p"), "1800003600"))
	f.Add([]byte(`{"authorizationData":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := credential.ParseToken(body, now)
		if err != nil {
			return
		}
		if !got.Expires.After(now) || got.Expires.After(now.Add(12*time.Hour)) || strings.ContainsAny(got.Whole.Reveal(), " \r\n\t:") {
			t.Errorf("%q: %v", body, got.Expires)
		}
	})
}
