package kubelet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/hosts"
	"github.com/octroi/octroi/kubelet"
	"github.com/octroi/octroi/loan"
)

func TestHost(t *testing.T) {
	for image, want := range map[string]string{
		"public.ecr.aws/a/b:v1": "public.ecr.aws", "registry.example.com:8787/a": "registry.example.com:8787", "localhost/a": "localhost", "[::1]:5000/a": "[::1]:5000",
		"a/b": "", "a": "", "a.b": "", "a.b/": "", "a.b/c//d": "", "a.b/c d": "", "a.b/c\n": "", "A.b/c": "", "a.b:443/c": "", "a@a.b/c": "",
	} {
		if h, ok := kubelet.Host(image); h.Name != want && ok || ok != (want != "") {
			t.Errorf("%q: %+v %v", image, h, ok)
		}
	}
}

// TestLend: what the kubelet keeps ends at half the life, also when a loan is old already.
func TestLend(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for _, row := range []struct {
		age, left time.Duration
		want      string
	}{{0, 12 * time.Hour, "6h0m0s"}, {time.Hour, 11 * time.Hour, "5h0m0s"}, {7 * time.Hour, 5 * time.Hour, "0s"}, {0, time.Minute, "30s"}, {0, -time.Second, "0s"}} {
		l := loan.Loan{User: "AWS", Password: "p", Issued: now.Add(-row.age), Expires: now.Add(row.left)}
		text, err := kubelet.Request{APIVersion: "v"}.Lend("r.example.com", l, now).Text()
		want := `{"apiVersion":"v","kind":"CredentialProviderResponse","cacheKeyType":"Registry","cacheDuration":"` + row.want + `","auth":{"r.example.com":{"username":"AWS","password":"p"}}}`
		if diff := cmp.Diff(want, string(text)); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}

// FuzzRequest: whatever comes, a login is only for the host of the image.
func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderRequest","image":"public.ecr.aws/x/y"}`))
	f.Add([]byte(`{"apiVersion":"credentialprovider.kubelet.k8s.io/v1beta1","kind":"CredentialProviderRequest","image":"a.b:1/x","serviceAccountToken":"e30.e30.e30","serviceAccountAnnotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::123456789012:role/x"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := kubelet.ParseRequest(text)
		if err != nil {
			return
		}
		h, ok := kubelet.Host(r.Image)
		if ok && !strings.HasPrefix(r.Image, h.Name+"/") {
			t.Errorf("%q is on %q", r.Image, h.Name)
		}
		a, key, err := r.Account(hosts.Entry{}, func(string) (string, bool) { return "", false }, time.Now())
		if err == nil && (a == nil) != (key == "") || a != nil && (len(a.Session) > 64 || !hosts.ValidRole(a.Role)) {
			t.Errorf("%+v %q", a, key)
		}
	})
}
