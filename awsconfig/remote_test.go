package awsconfig_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const startURL = "https://fake.awsapps.com/start"

func ssoCache(name, token, expires string) (path, text string) {
	sum := sha1.Sum([]byte(name))
	return ".aws/sso/cache/" + hex.EncodeToString(sum[:]) + ".json", `{"startUrl":"` + startURL + `","region":"us-east-1","accessToken":"` + token +
		`","expiresAt":"` + expires + `","refreshToken":"r","clientId":"c","clientSecret":"s","registrationExpiresAt":"2099-01-01T00:00:00Z"}`
}

func TestSSO(t *testing.T) {
	portal := newService(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/token":
			io.WriteString(w, `{"accessToken":"renewed","expiresIn":3600,"refreshToken":"r2"}`)
		case r.Header.Get("x-amz-sso_bearer_token") == "denied":
			w.Header().Set("x-amzn-ErrorType", "UnauthorizedException:http://x/")
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, `{"message":"no"}`)
		case r.URL.RawQuery != "role_name=r&account_id=123456789012" || r.URL.Path != "/federation/credentials":
			w.WriteHeader(http.StatusBadRequest)
		default:
			io.WriteString(w, `{"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"s","sessionToken":"`+
				r.Header.Get("x-amz-sso_bearer_token")+`","expiration":4070908800000}}`)
		}
	})
	const (
		plain   = "[profile s]\nsso_start_url = " + startURL + "\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = r\n"
		session = "[profile s]\nsso_session = my\nsso_account_id = 123456789012\nsso_role_name = r\n[sso-session my]\nsso_region = us-east-1\nsso_start_url = " + startURL + "\n"
		never   = "2099-01-01T00:00:00Z"
		past    = "2020-01-01T00:00:00Z"
	)
	for _, c := range []struct{ name, config, cached, token, expires, want string }{
		{"plain", plain, startURL, "tok", never, "SSO tok"},
		{"plain, expired: the service decides", plain, startURL, "tok", past, "SSO tok"},
		{"session", session, "my", "tok", never, "SSO tok"},
		{"session, expired: renewed", session, "my", "tok", past, "SSO renewed"},
		{"no cache", plain, "other", "tok", never, "Error loading SSO Token: Token for " + startURL + " does not exist"},
		{"no cache of session", session, "other", "tok", never, "Error loading SSO Token: Token for my does not exist"},
		{"empty token", plain, startURL, "", never, "Error loading SSO Token: Token for " + startURL + " is invalid"},
		{"denied", plain, startURL, "denied", never, "The SSO session associated with this profile has expired or is otherwise invalid. " +
			"To refresh this SSO session run aws sso login with the corresponding profile."},
		{"incomplete", "[profile s]\nsso_account_id = 1\n", "my", "t", never,
			`The profile "s" is configured to use SSO but is missing required configuration: sso_role_name, sso_start_url, sso_region`},
		{"no such session", "[profile s]\nsso_session = x\nsso_account_id = 1\nsso_role_name = r\n", "my", "t", never,
			`The specified sso-session does not exist: "x"`},
		{"two regions", strings.Replace(session, "[sso-session", "sso_region = eu-west-1\n[sso-session", 1), "my", "t", never,
			"The value for sso_region is inconsistent between profile (eu-west-1) and sso-session (us-east-1)."},
		{"C40 region", strings.Replace(plain, "us-east-1", "evil.com/", 1), startURL, "tok", never,
			"Provided region_name 'evil.com/' doesn't match a supported format."},
	} {
		path, text := ssoCache(c.cached, c.token, c.expires)
		w := newWorld(t, map[string]string{".aws/config": c.config, path: text},
			"AWS_ENDPOINT_URL_SSO", portal.url, "AWS_ENDPOINT_URL_SSO_OIDC", portal.url)
		s := w.load(t, "s")
		got, err := s.Credentials(t.Context())
		said := got.AccessKeyID + " " + got.SessionToken.Reveal()
		if err != nil {
			said = err.Error()
		}
		if said != c.want {
			t.Errorf("%s: %s, want %s", c.name, said, c.want)
		}
		if strings.HasSuffix(c.name, "renewed") {
			kept, err := os.ReadFile(filepath.Join(w.home, path))
			if err != nil || !strings.Contains(string(kept), `"renewed"`) || !strings.Contains(string(kept), `"r2"`) {
				t.Errorf("%s: %s %v", c.name, kept, err)
			}
		}
	}
}

func TestSSORenewalFails(t *testing.T) {
	refusing := newService(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
	path, text := ssoCache("my", "tok", "2020-01-01T00:00:00Z")
	w := newWorld(t, map[string]string{
		".aws/config": "[profile s]\nsso_session = my\nsso_account_id = 1\nsso_role_name = r\n[sso-session my]\nsso_region = us-east-1\nsso_start_url = x\n",
		path:          text,
	}, "AWS_ENDPOINT_URL", refusing.url)
	if _, _, err := w.found(t, "s"); err == nil || err.Error() != "Error when retrieving token from sso: Token has expired and refresh failed" {
		t.Error(err)
	}
}

func TestContainer(t *testing.T) {
	t.Parallel() // it waits between attempts
	const good = `{"AccessKeyId":"CONT","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}`
	agent := newService(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/500":
			w.WriteHeader(http.StatusInternalServerError)
			io.WriteString(w, "no")
		case "/bad":
			io.WriteString(w, "not json")
		case "/partial":
			io.WriteString(w, `{"AccessKeyId":"CONT"}`)
		case "/expired":
			io.WriteString(w, strings.Replace(good, "2099", "2020", 1))
		default:
			io.WriteString(w, good)
		}
	})
	const from = "Error when retrieving credentials from container-role: "
	tokenFile := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(tokenFile, []byte("file token\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		env  []string
		want string
		auth string
		sent int
	}{
		{"/ok", nil, "CONT", "", 1},
		{"/ok", []string{"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic x"}, "CONT", "Basic x", 1},
		{"/ok", []string{"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic x", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", tokenFile}, "CONT", "file token", 1},
		{"/ok", []string{"HTTP_PROXY", "http://127.0.0.1:1"}, "CONT", "", 1},
		{"/partial", nil, from + "Missing required key in response: 'SecretAccessKey'", "", 1},
		{"/expired", nil, "Credentials were refreshed, but the refreshed credentials are still expired.", "", 1},
		{"/500", nil, from + "Error retrieving metadata: Received non 200 response (500) from ECS metadata: no", "", 3},
		{"/bad", nil, from + "Error retrieving metadata: Unable to parse JSON returned from ECS metadata services", "", 3},
	} {
		before := len(agent.requests())
		w := newWorld(t, nil, append(c.env, "AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.url+c.path)...)
		got, _, err := w.found(t, "")
		if err != nil {
			got = err.Error()
		}
		sent := agent.requests()[before:]
		if got != c.want || len(sent) != c.sent || sent[0].Header.Get("Authorization") != c.auth || sent[0].Header.Get("Accept") != "application/json" {
			t.Errorf("%s %v: %s after %d requests", c.path, c.env, got, len(sent))
		}
	}
	w := newWorld(t, nil, "AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.url, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "x\r\nEvil: 1")
	if got, _, err := w.found(t, ""); err == nil {
		t.Errorf("an injected header was sent: %s", got)
	}
}

func TestMetadata(t *testing.T) {
	const good = `{"Code":"Success","AccessKeyId":"IMDS","SecretAccessKey":"s","Token":"t","Expiration":"2020-01-01T00:00:00Z"}`
	for _, c := range []struct {
		name   string
		token  int // status for the token
		role   int
		body   string
		want   string // key, "" for none
		region string
	}{
		{"version 2", 200, 200, good, "IMDS", "eu-central-1"},
		{"version 1, 404", 404, 200, good, "IMDS", "eu-central-1"},
		{"version 1, 403", 403, 200, good, "IMDS", "eu-central-1"},
		{"refused", 400, 200, good, "", ""},
		{"no role", 200, 404, good, "", ""},
		{"error in 200", 200, 200, `{"Code":"AssumeRoleUnauthorizedAccess","Message":"no"}`, "", "eu-central-1"},
		{"no json", 200, 200, "x", "", "eu-central-1"},
	} {
		imds := newService(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPut && r.URL.Path == "/latest/api/token" && r.Header.Get("x-aws-ec2-metadata-token-ttl-seconds") == "21600":
				w.WriteHeader(c.token)
				io.WriteString(w, "tok")
			case c.role != 200 || (c.token == 200) != (r.Header.Get("x-aws-ec2-metadata-token") == "tok"):
				w.WriteHeader(http.StatusNotFound)
			case r.URL.Path == "/latest/meta-data/iam/security-credentials/":
				io.WriteString(w, "role")
			case r.URL.Path == "/latest/meta-data/iam/security-credentials/role":
				io.WriteString(w, c.body)
			case r.URL.Path == "/latest/meta-data/placement/availability-zone/":
				io.WriteString(w, "eu-central-1b")
			}
		})
		w := newWorld(t, nil, "AWS_EC2_METADATA_SERVICE_ENDPOINT", imds.url+"/", "HTTP_PROXY", "http://127.0.0.1:1")
		delete(w.env, "AWS_EC2_METADATA_DISABLED")
		if got, _, _ := w.found(t, ""); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		delete(w.env, "AWS_DEFAULT_REGION")
		if got, _ := w.load(t, "").Region(t.Context()); got != c.region {
			t.Errorf("%s: region %q, want %q", c.name, got, c.region)
		}
		w.env["AWS_EC2_METADATA_DISABLED"] = "TRUE"
		before := len(imds.requests())
		if got, _, err := w.found(t, ""); err == nil || len(imds.requests()) != before {
			t.Errorf("%s, disabled: %q", c.name, got)
		}
	}
}

func TestMetadataEndpoint(t *testing.T) {
	for base, want := range map[string]string{
		"http://127.0.0.1:1": "Invalid endpoint EC2 Instance Metadata endpoint: http://127.0.0.1:1latest/api/token",
		"x":                  "Invalid endpoint EC2 Instance Metadata endpoint: x",
	} {
		w := newWorld(t, nil, "AWS_EC2_METADATA_SERVICE_ENDPOINT", base)
		delete(w.env, "AWS_EC2_METADATA_DISABLED")
		if _, _, err := w.found(t, ""); err == nil || err.Error() != want {
			t.Errorf("%s: %v", base, err)
		}
	}
}

// TestNoCredentialsInTime: where the metadata address takes what it gets and never answers, the user knows within
// two seconds that there are no credentials, or no region.
func TestNoCredentialsInTime(t *testing.T) {
	t.Parallel() // it waits
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w := newWorld(t, nil, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://"+l.Addr().String()+"/")
	delete(w.env, "AWS_EC2_METADATA_DISABLED")
	start := time.Now()
	if _, _, err := w.found(t, ""); err == nil || time.Since(start) > 2*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	delete(w.env, "AWS_DEFAULT_REGION")
	start = time.Now()
	if _, err := w.load(t, "").Region(t.Context()); err == nil || time.Since(start) > 2*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

func TestLogin(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
	var proof string
	status := http.StatusOK
	signIn := newService(t, func(w http.ResponseWriter, r *http.Request) {
		proof = r.Header.Get("DPoP")
		w.WriteHeader(status)
		if status != http.StatusOK {
			io.WriteString(w, `{"error":"TOKEN_EXPIRED","message":"x"}`)
			return
		}
		io.WriteString(w, `{"accessToken":{"accessKeyId":"NEW","secretAccessKey":"s","sessionToken":"t"},"expiresIn":900,"refreshToken":"r2"}`)
	})
	cache := func(expires time.Time) string {
		data, err := json.Marshal(map[string]any{
			"accessToken": map[string]string{"accessKeyId": "OLD", "secretAccessKey": "s", "sessionToken": "t", "accountId": "1",
				"expiresAt": expires.UTC().Format(time.RFC3339)},
			"refreshToken": "r", "dpopKey": text, "clientId": "arn:aws:signin:::devtools/same-device", "idToken": "kept",
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	sum := sha256.Sum256([]byte("arn:me"))
	path := ".aws/login/cache/" + hex.EncodeToString(sum[:]) + ".json"
	config := "[profile l]\nlogin_session = arn:me\n"

	fresh := newWorld(t, map[string]string{".aws/config": config, path: cache(time.Now().Add(14 * time.Minute))}, "AWS_ENDPOINT_URL_SIGNIN", signIn.url)
	if got, source, err := fresh.found(t, "l"); got != "OLD" || source != "login" || proof != "" {
		t.Errorf("%q %q %v", got, source, err)
	}
	stale := newWorld(t, map[string]string{".aws/config": config, path: cache(time.Now().Add(time.Minute))}, "AWS_ENDPOINT_URL_SIGNIN", signIn.url)
	for range 2 { // the second time from the cache
		if got, _, err := stale.found(t, "l"); got != "NEW" {
			t.Errorf("%q %v", got, err)
		}
	}
	if n := len(signIn.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
	checkProof(t, proof, signIn.url+"/v1/token", &key.PublicKey)
	kept, err := os.ReadFile(filepath.Join(stale.home, path))
	if err != nil || !strings.Contains(string(kept), `"idToken":"kept"`) || !strings.Contains(string(kept), `"r2"`) {
		t.Errorf("%s %v", kept, err)
	}
	status = http.StatusUnauthorized
	ended := newWorld(t, map[string]string{".aws/config": config, path: cache(time.Now())}, "AWS_ENDPOINT_URL_SIGNIN", signIn.url)
	if _, _, err := ended.found(t, "l"); err == nil || !strings.HasPrefix(err.Error(), "Your session has expired") {
		t.Error(err)
	}
	none := newWorld(t, map[string]string{".aws/config": config})
	if _, _, err := none.found(t, "l"); err == nil || !strings.HasPrefix(err.Error(), "Error loading login session token: Unable to load a existing") {
		t.Error(err)
	}
}

func checkProof(t *testing.T, proof, url string, key *ecdsa.PublicKey) {
	t.Helper()
	part := strings.Split(proof, ".")
	if len(part) != 3 {
		t.Fatalf("proof %q", proof)
	}
	claims, _ := base64.RawURLEncoding.DecodeString(part[1])
	var said struct{ Htm, Htu, Jti string }
	if json.Unmarshal(claims, &said) != nil || said.Htm != "POST" || said.Htu != url || said.Jti == "" {
		t.Errorf("claims %s", claims)
	}
	signature, _ := base64.RawURLEncoding.DecodeString(part[2])
	hash := sha256.Sum256([]byte(part[0] + "." + part[1]))
	if len(signature) != 64 || !ecdsa.Verify(key, hash[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the proof is not signed with the key")
	}
}

func TestCacheIsPrivate(t *testing.T) {
	service := sts(t)
	w := newWorld(t, map[string]string{
		".aws/config":      "[profile r]\nrole_arn=arn:aws:iam::123456789012:role/x\nsource_profile=src\n",
		".aws/credentials": "[src]\n" + sharedKeys,
	}, "AWS_ENDPOINT_URL_STS", service.url)
	if _, _, err := w.found(t, "r"); err != nil {
		t.Fatal(err)
	}
	// The name that the AWS CLI gives it: sha1 of {"RoleArn": "arn:aws:iam::123456789012:role/x"}.
	sum := sha1.Sum([]byte(`{"RoleArn": "arn:aws:iam::123456789012:role/x"}`))
	path := filepath.Join(w.home, ".aws/cli/cache", hex.EncodeToString(sum[:])+".json")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	// Broken, it is no reason to fail.
	for _, text := range []string{"", "{", "null", `{"Credentials":null}`, `{"Credentials":{"Expiration":"2099-01-01T00:00:00Z"}}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, _, err := w.found(t, "r"); got != "ROLE" {
			t.Errorf("%q: %v", text, err)
		}
	}
}
