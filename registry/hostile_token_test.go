package registry_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestHostileTokens(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	h.push(ci, "acme/app", "v1", "one")
	h.push(ci, "acme/private/app", "v1", "one")
	secret := password(t, ci)

	t.Run("three forms", func(t *testing.T) {
		h := h.in(t)
		for _, auth := range []string{ci, "basic " + strings.TrimPrefix(ci, "Basic "), "Bearer " + strings.TrimPrefix(ci, "Basic "), "Bearer " + h.bearer(ci, "")} {
			h.want(h.do(auth, "GET", "/v2/", nil), 200, "")
			h.want(h.do(auth, "GET", "/v2/acme/private/app/manifests/v1", nil), 200, "")
		}
	})
	t.Run("K10", func(t *testing.T) {
		h := h.in(t)
		encode := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
		for _, auth := range []string{encode("aws:" + secret), encode("root:" + secret), encode(":" + secret), encode("AWS\x00:" + secret),
			encode("AWS:" + secret + "\n"), encode("AWS:\n" + secret), encode("AWS:"), encode("AWS"), encode("AWS::" + secret), encode("AWS:" + secret + ":x"),
			ci + "=", ci + "A", strings.TrimRight(ci, "=") + "\x20x", "Basic  " + strings.TrimPrefix(ci, "Basic "), "Basic", "Basic ", "Bearer", "Bearer ",
			"Bearer a b", "Bearer AWS:" + secret, "AWS4-HMAC-SHA256 Credential=x", "Digest x", strings.TrimPrefix(ci, "Basic "),
			"Bearer " + secret, basic(h.bearer(ci, ""))} {
			for _, path := range []string{"/v2/", "/v2/acme/app/manifests/v1", "/token/"} {
				a := h.do(auth, "GET", path, nil)
				if a.StatusCode != 401 && !(a.StatusCode == 400 && a.code() == "") { // net/http refuses some itself
					t.Errorf("%q %s: %d %s", auth, path, a.StatusCode, a.body)
				}
			}
		}
		h.want(h.do(ci, "GET", "/v2/", nil, "Authorization: "+ci), 401, "UNAUTHORIZED")
	})
	t.Run("K04", func(t *testing.T) {
		h := h.in(t)
		bearer := "Bearer " + h.bearer(ci, "")
		h.clock.Store(16 * 60)
		a := h.want(h.do(bearer, "GET", "/v2/acme/app/manifests/v1", nil), 401, "UNAUTHORIZED")
		if !strings.Contains(a.Header.Get("WWW-Authenticate"), `,scope="repository:acme/app:pull",error="invalid_token"`) {
			t.Error(a.Header.Get("WWW-Authenticate"))
		}
		h.clock.Store(12 * 60 * 60)
		a = h.want(h.do(ci, "GET", "/v2/", nil), 401, "UNAUTHORIZED")
		if !strings.Contains(a.body, "Your authorization token has expired. Reauthenticate and try again.") || !strings.Contains(a.Header.Get("WWW-Authenticate"), `error="invalid_token"`) {
			t.Error(a.body, a.Header)
		}
		h.clock.Store(0)
	})
	t.Run("K11 K12", func(t *testing.T) {
		h := h.in(t)
		try := func(scope, path string, want int) {
			t.Helper()
			a := h.do("Bearer "+h.bearer(ci, url.QueryEscape(scope)), "GET", path, nil)
			if a.StatusCode != want {
				t.Errorf("%q at %s: %d, want %d: %s", scope, path, a.StatusCode, want, a.body)
			} else if want == 401 && !strings.Contains(a.Header.Get("WWW-Authenticate"), `error="insufficient_scope"`) {
				t.Errorf("%q: %v", scope, a.Header)
			}
		}
		const app, private = "/v2/acme/app/manifests/v1", "/v2/acme/private/app/manifests/v1"
		for _, scope := range []string{"", "aws", "repository:acme/app:pull", "repository:acme/app:*", "repository:acme/app:push,foo,pull", "repository:acme/app:pull repository:x:y",
			"foo repository:acme/app:pull", "  repository:acme/app:pull  ", "repository:acme/app:push repository:acme/app:pull"} {
			try(scope, app, 200)
		}
		for _, scope := range []string{"repository:acme/app:push", "repository:acme/app:PULL", "REPOSITORY:acme/app:pull", "repository:acme/apps:pull", "repository:acme/app",
			"repository::pull", "repository:acme/app:", "repository:host:5000/acme/app:pull", "repository(plugin):acme/app:pull", "repository:acme/app:c:pull",
			"repository:acme%2fapp:pull", "repository:ACME/app:pull", "registry:catalog:*", "registry:acme/app:pull", "repository:*:*", "repository:acme/*:*", "*",
			"repository:acme/app\tpull", "repository:acme/private/app:pull", "repository:acme/a:pull,pull", "aws:*", "foo", "repository:acme/app/:pull"} {
			try(scope, app, 401)
		}
		try("repository:acme/app:pull", private, 401)
		try("repository:acme/private/app:pull", private, 200)
		try("registry:catalog:*", "/v2/_catalog", 200)
		try("registry:catalog:pull", "/v2/_catalog", 401)
		try("repository:acme/app:*", "/v2/_catalog", 401)
		two := h.bearer(ci, "repository:acme/app:pull&scope=repository:acme/private/app:pull")
		h.want(h.do("Bearer "+two, "GET", app, nil), 200, "")
		h.want(h.do("Bearer "+two, "GET", private, nil), 200, "")
		h.want(h.do("Bearer "+two, "POST", "/v2/acme/app/blobs/uploads/", nil), 401, "UNAUTHORIZED")

		hundred := strings.Repeat("repository:acme/app:pull ", 100)
		h.want(h.do(ci, "GET", "/token/?scope="+url.QueryEscape(hundred), nil), 200, "")
		h.want(h.do(ci, "GET", "/token/?scope="+url.QueryEscape(hundred+"x"), nil), 400, "UNSUPPORTED")
		h.want(h.do(ci, "GET", "/token/?"+strings.Repeat("scope=a&", 1001), nil), 400, "UNSUPPORTED")
		h.want(h.do(ci, "GET", "/token/?scope="+strings.Repeat("a", 8<<10+1), nil), 400, "UNSUPPORTED")
	})
	t.Run("K13 K14", func(t *testing.T) {
		h := h.in(t)
		for _, query := range []string{"", "?service=registry.example", "?service=other", "?account=AWS&client_id=docker&offline_token=true&service=registry.example"} {
			for _, path := range []string{"/token/", "/token"} {
				a := h.want(h.do(ci, "GET", path+query, nil), 200, "")
				var token map[string]any
				check(t, json.Unmarshal([]byte(a.body), &token))
				if token["token"] != token["access_token"] || token["expires_in"].(float64) > 900 || token["expires_in"].(float64) < 890 || token["refresh_token"] != nil {
					t.Errorf("%v", token)
				}
				if _, err := time.Parse(time.RFC3339, token["issued_at"].(string)); err != nil || a.Header.Get("Cache-Control") != "no-store" {
					t.Error(err, a.Header)
				}
			}
		}
		h.want(h.do("Bearer "+h.bearer(ci, ""), "GET", "/token/", nil), 401, "UNAUTHORIZED") // none is given for another
	})
	t.Run("K15", func(t *testing.T) {
		h := h.in(t)
		anonymous := "Bearer " + h.bearer("", "")
		nobody := h.user("nobody")
		h.want(h.do(anonymous, "GET", "/v2/", nil), 200, "")
		for _, auth := range []string{"", anonymous, nobody} {
			h.want(h.do(auth, "GET", "/v2/acme/app/manifests/v1", nil), 200, "")
			h.want(h.do(auth, "GET", "/v2/acme/app/tags/list", nil), 200, "")
			h.want(h.do(auth, "GET", "/v2/acme/app/manifests/v2", nil), 404, "MANIFEST_UNKNOWN")
		}
		h.want(h.do(anonymous, "GET", "/v2/acme/private/app/manifests/v1", nil), 401, "UNAUTHORIZED")
		h.want(h.do(nobody, "GET", "/v2/acme/private/app/manifests/v1", nil), 403, "DENIED")
		h.want(h.do(anonymous, "POST", "/v2/acme/app/blobs/uploads/", nil), 401, "UNAUTHORIZED")
		h.want(h.do(h.user("denied", deny("*", "BatchGetImage")), "GET", "/v2/acme/app/manifests/v1", nil), 200, "")
	})
	t.Run("K20", func(t *testing.T) {
		h := h.in(t)
		for _, name := range []string{"password", "token", "access_token", "refresh_token"} {
			h.want(h.do("", "GET", "/token/?account=AWS&"+name+"="+url.QueryEscape(secret), nil), 400, "UNSUPPORTED")
			h.want(h.do("", "GET", "/v2/acme/private/app/manifests/v1?"+name+"="+url.QueryEscape(secret), nil), 401, "UNAUTHORIZED")
		}
		for _, r := range h.audit() {
			if text := must(json.Marshal(r))(t); strings.Contains(string(text), secret[:40]) {
				t.Errorf("a secret is in the record: %s", text)
			}
		}
	})
	t.Run("K17", func(t *testing.T) {
		h := h.in(t)
		u := must(h.store.CreateUser(context.Background(), account, "gone"))(t)
		h.policy(u, puller("*"))
		login := h.login(u)
		bearer := "Bearer " + h.bearer(login, "")
		h.want(h.do(bearer, "GET", "/v2/acme/private/app/manifests/v1", nil), 200, "")
		h.policy(u, pusher("*"))
		h.want(h.do(bearer, "GET", "/v2/acme/private/app/manifests/v1", nil), 403, "DENIED")
		check(t, h.store.DeleteUser(context.Background(), account, "gone"))
		for _, auth := range []string{login, bearer} {
			h.want(h.do(auth, "GET", "/v2/acme/app/manifests/v1", nil), 401, "UNAUTHORIZED")
		}
	})
	t.Run("K14 late", func(t *testing.T) { // the last one: with a clock that goes back nothing is issued
		h := h.in(t)
		h.clock.Store(12*60*60 - 60)
		a := h.want(h.do(ci, "GET", "/token/", nil), 200, "")
		var token struct {
			ExpiresIn int `json:"expires_in"`
		}
		check(t, json.Unmarshal([]byte(a.body), &token))
		if token.ExpiresIn > 60 {
			t.Errorf("outlives its login: %d s", token.ExpiresIn)
		}
	})
}

func TestTokenForm(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	secret := password(t, ci)
	post := func(auth string, form string, header ...string) answer {
		if header == nil {
			header = []string{"Content-Type: application/x-www-form-urlencoded"}
		}
		return h.do(auth, "POST", "/token/", strings.NewReader(form), header...)
	}
	form := func(pairs ...string) string {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		return v.Encode()
	}
	containerd := form("grant_type", "password", "service", "registry.example", "client_id", "containerd-client", "scope", "repository:acme/app:pull,push",
		"username", "AWS", "password", secret)
	for _, body := range []string{containerd, form("grant_type", "refresh_token", "refresh_token", secret, "scope", "repository:acme/app:pull,push")} {
		a := h.want(post("", body), 200, "")
		var token struct {
			AccessToken string `json:"access_token"`
		}
		check(t, json.Unmarshal([]byte(a.body), &token))
		h.want(h.do("Bearer "+token.AccessToken, "POST", "/v2/acme/app/blobs/uploads/", nil), 202, "")
		h.want(h.do("Bearer "+token.AccessToken, "POST", "/v2/acme/other/blobs/uploads/", nil), 401, "UNAUTHORIZED")
	}
	for name, tc := range map[string]struct {
		a      answer
		status int
	}{
		"no grant":          {post("", form("username", "AWS", "password", secret)), 400},
		"another grant":     {post("", form("grant_type", "client_credentials")), 400},
		"another user":      {post("", form("grant_type", "password", "username", "aws", "password", secret)), 401},
		"no password":       {post("", form("grant_type", "password", "username", "AWS")), 401},
		"a forged one":      {post("", form("grant_type", "password", "username", "AWS", "password", "forged")), 401},
		"two passwords":     {post("", containerd+"&password=x"), 401},
		"two credentials":   {post(ci, containerd), 400},
		"json":              {post("", "{}", "Content-Type: application/json"), 400},
		"no type":           {post("", containerd, "Content-Type: "), 400},
		"a bad form":        {post("", "grant_type=%zz"), 400},
		"too large":         {post("", "grant_type="+strings.Repeat("a", 64<<10)), 413},
		"the query as well": {h.do("", "POST", "/token/?scope=aws", strings.NewReader(containerd), "Content-Type: application/x-www-form-urlencoded"), 400},
	} {
		if tc.a.StatusCode != tc.status {
			t.Errorf("%s: %d %s", name, tc.a.StatusCode, tc.a.body)
		}
	}
}

// TestStaleLogin is the grace of the token endpoint: a stale login is worth what none is, where that is asked for.
func TestStaleLogin(t *testing.T) {
	h := open(t)
	ci := h.user("ci", everything("*"))
	h.push(ci, "acme/app", "v1", "one")
	h.push(ci, "acme/private/app", "v1", "one")
	gone := h.user("gone", everything("*"))
	check(t, h.store.DeleteUser(context.Background(), account, "gone"))
	h.clock.Store(12 * 60 * 60)
	const public = "repository:acme/app:pull"
	for name, stale := range map[string]string{"expired": ci, "revoked": gone} {
		bearer := "Bearer " + h.bearer(stale, public)
		h.want(h.do(bearer, "GET", "/v2/acme/app/manifests/v1", nil), 200, "")
		h.want(h.do(bearer, "GET", "/v2/acme/private/app/manifests/v1", nil), 401, "UNAUTHORIZED")
		h.want(h.do(bearer, "POST", "/v2/acme/app/blobs/uploads/", nil), 401, "UNAUTHORIZED")
		h.bearer(stale, "repository:acme/never-there:pull&scope="+public)
		for _, scope := range []string{"", "aws", "foo", "repository:acme/app:pull,push", "repository:acme/app:*", "repository:acme/private/app:pull",
			public + "%20repository:acme/private/app:pull", public + "&scope=repository:acme/app:push", public + "%20registry:catalog:*", "registry:catalog:*"} {
			a := h.do(stale, "GET", "/token/?scope="+scope, nil)
			if a.StatusCode != 401 || !strings.Contains(a.body, "Reauthenticate and try again.") || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Basic ") {
				t.Errorf("%s: %q: %d %s %v", name, scope, a.StatusCode, a.body, a.Header)
			}
		}
		h.want(h.do(stale, "GET", "/token/", nil), 401, "UNAUTHORIZED")
		h.want(h.do(stale, "GET", "/v2/acme/app/manifests/v1", nil), 401, "UNAUTHORIZED")
	}
	h.want(h.do(basic("forged"), "GET", "/token/?scope="+public, nil), 401, "UNAUTHORIZED")
	records := h.audit()
	found := false
	for _, r := range records {
		found = found || strings.HasPrefix(r.Reason, "a stale login") && r.Front == "token" && r.Who() == "anonymous"
	}
	if !found {
		t.Error("the grace is not recorded")
	}
}
