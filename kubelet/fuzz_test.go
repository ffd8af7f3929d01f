package kubelet_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/kubelet"
)

// FuzzAccount: a service account's token is looked at in the one spelling that it has; what is asked for it has the form of
// a session, and two accounts are two.
func FuzzAccount(f *testing.F) {
	claims := `{"iss":"https://k","sub":"system:serviceaccount:ns:sa","aud":["` + hosts.UsualAudience + `"],"exp":4000000000,"kubernetes.io":{"serviceaccount":{"uid":"u"}}}`
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	f.Add(claims, "e30", "AAAA")
	f.Add(strings.Replace(claims, `"exp":4000000000`, `"exp":1`, 1), "e30", "AAAA")
	f.Add(strings.Replace(claims, `"sub"`, `"sub":"other","sub"`, 1), "e30", "AAAA")
	f.Add(claims, "e3\n0", "AAAA")
	f.Add(claims, "e30", "AAAA\r\n")
	f.Add(`{"iss":"a\u0000b","sub":"c","aud":"`+hosts.UsualAudience+`","exp":4000000000}`, "e30", "AAAA")
	f.Fuzz(func(t *testing.T, claims, header, signature string) {
		r := kubelet.Request{Image: "a.b/x", Token: header + "." + part(claims) + "." + signature,
			Annotations: map[string]string{"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/x"}}
		a, key, err := r.Account(hosts.Entry{}, func(string) (string, bool) { return "", false }, time.Unix(1_800_000_000, 0))
		if err != nil {
			if a != nil || key != "" || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Fatalf("%+v %q beside %v", a, key, err)
			}
			return
		}
		if strings.ContainsAny(a.Token, "\r\n= ") {
			t.Fatalf("a second spelling is passed on: %q", a.Token)
		}
		if n := len(a.Session); n < 2 || n > 64 || strings.Trim(a.Session, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=,.@-") != "" {
			t.Fatalf("a session %q", a.Session)
		}
		if strings.Count(key, "\x00") != 3 {
			t.Fatalf("a key that another account could have: %q", key)
		}
	})
}
