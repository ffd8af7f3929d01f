package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func (w *world) provide(input string, more ...string) result {
	w.t.Helper()
	return w.run(w.command("octroi-credential-provider", nil, strings.NewReader(input), more...))
}

func request(image, token string, annotations map[string]string) string {
	member := map[string]any{"apiVersion": "credentialprovider.kubelet.k8s.io/v1", "kind": "CredentialProviderRequest", "image": image}
	if token != "" {
		member["serviceAccountToken"], member["serviceAccountAnnotations"] = token, annotations
	}
	text, _ := json.Marshal(member)
	return string(text)
}

type response struct {
	Kind, APIVersion, CacheKeyType, CacheDuration string
	Auth                                          map[string]map[string]string
}

func (r result) response(t *testing.T) (got response) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || r.code != 0 {
		t.Errorf("%+v: %v", r, err)
	}
	return got
}

// TestHostileResponse is C43: the exact host, kept for half of the life at most.
func TestHostileResponse(t *testing.T) {
	s := newService(t)
	w := newWorld(t, fmt.Sprintf("hosts:\n  %s: {}\n", s.host))
	for _, version := range []string{"v1", "v1beta1"} {
		got := w.provide(strings.Replace(request(s.host+"/team/app:v1", "", nil), "/v1", "/"+version, 1)).response(t)
		keep, err := time.ParseDuration(got.CacheDuration)
		if err != nil || keep > 6*time.Hour || keep < 5*time.Hour {
			t.Errorf("C43: %v, %v", got.CacheDuration, err)
		}
		got.CacheDuration = ""
		want := response{"CredentialProviderResponse", "credentialprovider.kubelet.k8s.io/" + version, "Registry", "",
			map[string]map[string]string{s.host: {"username": "AWS", "password": "token-1-of-AKIAEXAMPLEEXAMPLE2A"}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("C43: %s", diff)
		}
	}
	if s.asked() != 1 {
		t.Error("the cache does not outlive the process")
	}
}

// TestHostileImages is C41: what is not on a host of ours gets no login.
func TestHostileImages(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s))
	for _, image := range []string{
		"public.ecr.aws.evil.com/x", "u:p@public.ecr.aws/x", "public.ecr.aws@evil.com/x", "https://public.ecr.aws/x", "http://public.ecr.aws/x", "", "public.ecr.aws", "public.ecr.aws/",
		"public.ecr.aws:5000/x", "PUBLIC.ecr.aws/x", "public.ecr.aws:443/x", "library/nginx", "nginx", "evil.com/public.ecr.aws/x", "public.ecr.aws/x\n", "*.aws/x", "public.ecr.aws//x", strings.Repeat("a", 1<<20),
	} {
		r := w.provide(request(image, "", nil))
		if r.code == 1 && r.stdout == "" && r.stderr != "" {
			continue
		}
		if got := r.response(t); len(got.Auth) != 0 {
			t.Errorf("C41 %q: %v", image, got)
		}
	}
	if s.calls != 0 {
		t.Error("C41:", s.calls, "calls")
	}
}

// TestHostileRequests is C42: what is almost a request is refused with nothing on standard output.
func TestHostileRequests(t *testing.T) {
	s := newService(t)
	w := newWorld(t, public(s))
	good := request("public.ecr.aws/x/y:z", "", nil)
	for name, text := range map[string]string{
		"v1alpha1": strings.Replace(good, "/v1", "/v1alpha1", 1), "v2": strings.Replace(good, "/v1", "/v2", 1), "no version": strings.Replace(good, "apiVersion", "x", 1),
		"kind": strings.Replace(good, "CredentialProviderRequest", "CredentialProviderResponse", 1), "unknown member": strings.Replace(good, "{", `{"x":1,`, 1),
		"twice": strings.Replace(good, "{", `{"image":"public.ecr.aws/x/y:z",`, 1), "other case": strings.Replace(good, `"image"`, `"Image"`, 1), "two documents": good + good,
		"trailing": good + "x", "empty": "", "null": "null", "list": "[]", "image of another type": strings.Replace(good, `"public.ecr.aws/x/y:z"`, "1", 1),
		"long": strings.Repeat(" ", 1<<20) + good, "no JSON": "apiVersion: v1",
	} {
		if r := w.provide(text); r.code != 1 || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("C42 %s: %+v", name, r)
		}
	}
	if s.calls != 0 {
		t.Error("C42:", s.calls, "calls")
	}
	if r := w.provide(good); r.code != 0 {
		t.Errorf("%+v", r)
	}
}

// accountToken is a service account's token, as it looks; who checks its signature is the token service.
func accountToken(audience any, subject string, expires time.Duration) string {
	part := func(v any) string {
		text, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	return part(map[string]string{"alg": "RS256"}) + "." + part(map[string]any{
		"iss": "https://kubernetes.default.svc", "sub": subject, "aud": audience, "exp": time.Now().Add(expires).Unix(),
		"kubernetes.io": map[string]any{"serviceaccount": map[string]string{"uid": "uid-of-" + subject}},
	}) + "." + base64.RawURLEncoding.EncodeToString([]byte(canary))
}

// TestHostileAccounts is C44: a service account's token is used for its audience only, kept nowhere, and what it gets is
// its own.
func TestHostileAccounts(t *testing.T) {
	s := newService(t)
	w := newWorld(t, fmt.Sprintf("hosts:\n  %s: {}\n", s.host))
	w.env["AWS_ACCESS_KEY_ID"], w.env["AWS_SECRET_ACCESS_KEY"] = "", ""
	role := map[string]string{"eks.amazonaws.com/ecr-role-arn": "arn:aws:iam::123456789012:role/pull"}
	image := s.host + "/team/app:v1"
	const a, b = "system:serviceaccount:team:a", "system:serviceaccount:team:b"
	for name, token := range map[string]string{
		"audience": accountToken("api", a, time.Hour), "no audience": accountToken(nil, a, time.Hour), "ended": accountToken("sts.amazonaws.com", a, -time.Second),
		"no JWT": "x.y", "no claims": "e30.e30.e30", "prefix": accountToken("sts.amazonaws.com.evil.com", a, time.Hour),
	} {
		if r := w.provide(request(image, token, role)); r.code != 1 || r.stdout != "" || s.calls != 0 {
			t.Errorf("C44 %s: %+v, %d calls", name, r, s.calls)
		}
	}
	if r := w.provide(request(image, accountToken("sts.amazonaws.com", a, time.Hour), map[string]string{"eks.amazonaws.com/ecr-role-arn": "x"})); r.code != 1 || s.calls != 0 {
		t.Errorf("C44 no role: %+v", r)
	}
	for i, subject := range []string{a, b, a, b} {
		got := w.provide(request(image, accountToken([]string{"sts.amazonaws.com"}, subject, time.Hour+time.Duration(i)*time.Second), role)).response(t)
		if want := fmt.Sprintf("token-%d-of-ASIAX", i%2+1); got.Auth[s.host]["password"] != want {
			t.Errorf("C44 %s: %v, want %s", subject, got.Auth, want)
		}
	}
	if s.asked() != 2 || len(w.cache("i-*")) != 2 {
		t.Errorf("C44: %d calls, %v", s.asked(), w.cache("i-*"))
	}
	form := s.forms[0]
	if form.Get("RoleArn") != role["eks.amazonaws.com/ecr-role-arn"] || !strings.HasPrefix(form.Get("RoleSessionName"), "team.a-") {
		t.Error(form.Get("RoleSessionName"))
	}
	for _, f := range s.forms {
		if f.Get("WebIdentityToken") == "" {
			continue
		}
		for _, path := range w.cache("*") {
			if data, _ := os.ReadFile(path); strings.Contains(string(data), f.Get("WebIdentityToken")) || strings.Contains(filepath.Base(path), "team") {
				t.Error("C44: the token is in", path)
			}
		}
	}
	// without a role the node's credentials count
	if r := w.provide(request(image, accountToken("sts.amazonaws.com", a, time.Hour), map[string]string{})); r.code != 1 || !strings.Contains(r.stderr, "Unable to locate credentials") {
		t.Errorf("%+v", r)
	}
}
