package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/servertest"
	"github.com/octroi/octroi/sigv4"
	"github.com/octroi/octroi/store"
	sealing "github.com/octroi/octroi/token"
)

const canary = "a canary of thirty-two character"

// H02: whatever is printed, in whatever way, shows no secret that is in it.
func TestHostileH02(t *testing.T) {
	var bytes32 [32]byte
	copy(bytes32[:], canary)
	secret := principal.NewSecretFrom(canary)
	root, err := store.NewRootKey(bytes32)
	if err != nil {
		t.Fatal(err)
	}
	s := openPrivate(t, root)
	key := sealing.Key{ID: 1, Secret: bytes32, Created: time.Now(), Activated: time.Now()}
	ring, err := sealing.NewRing("deployment", []sealing.Key{key})
	if err != nil {
		t.Fatal(err)
	}
	verifier := used(t, secret)
	for name, v := range map[string]any{
		"Secret": secret, "*Secret": &secret, "Caller": store.Caller{Secret: secret}, "TokenKey": store.TokenKey{Secret: secret}, "[]TokenKey": []store.TokenKey{{Secret: secret}},
		"*RootKey": root, "RootKey": *root, "store.Config": store.Config{Root: root}, "*Store": s,
		"sigv4.Key": sigv4.Key{Secret: secret}, "*Verifier": verifier,
		"token.Secret": sealing.Secret(bytes32), "token.Key": key, "*Ring": ring, "Ring": struct{ R *sealing.Ring }{ring},
		"server.Config": server.Config{Data: "d"},
	} {
		t.Run(name, func(t *testing.T) { printed(t, v) })
	}
}

// printed prints v in every way that this program has, and looks for the canary.
func printed(t *testing.T, v any) {
	t.Helper()
	ways := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%o", "%U", "%c"} {
		ways[verb] = fmt.Sprintf(verb, v)
		ways["error "+verb] = fmt.Errorf(verb+": %w", v, fs.ErrClosed).Error()
	}
	marshal := func(name string, b []byte, _ error) { ways[name] = string(b) }
	b, err := json.Marshal(v)
	marshal("JSON", b, err)
	b, err = xml.Marshal(v)
	marshal("XML", b, err)
	if b, err = marshalYAML(v); err == nil {
		marshal("YAML", b, err)
	}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(handler(&b)).Info("v", "v", v)
		ways[name] = b.String()
	}
	decimal := strings.Trim(fmt.Sprint([]byte(canary)), "[]")
	literal := strings.Trim(strings.TrimPrefix(fmt.Sprintf("%#v", []byte(canary)), "[]byte{"), "}")
	for way, text := range ways {
		for _, spelling := range append(spelled(canary), decimal, literal) {
			if strings.Contains(text, spelling) {
				t.Errorf("%s shows it: %.120s", way, text)
			}
		}
	}
}

func marshalYAML(v any) (b []byte, err error) {
	defer func() {
		if recover() != nil { // of a type that YAML has no form for
			err = fs.ErrInvalid
		}
	}()
	return yaml.Marshal(v)
}

func openPrivate(t *testing.T, root *store.RootKey) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "octroi.db"), Root: root})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.AddTokenKey(t.Context(), store.TokenKey{ID: 1, Secret: principal.NewSecretFrom(canary)}); err != nil {
		t.Fatal(err)
	}
	return s
}

// used is a verifier that has verified with a secret, and so remembers something of it.
func used(t *testing.T, secret principal.Secret) *sigv4.Verifier {
	t.Helper()
	v := &sigv4.Verifier{Hosts: func(string) bool { return true }}
	s := servertest.Start(t)
	var seen *http.Request
	transport := roundTrip(func(r *http.Request) (*http.Response, error) { seen = r.Clone(r.Context()); return nil, fs.ErrClosed })
	signWith(t, s.Host, string(testKey), secret.Reveal(), transport)
	seen.Host = seen.URL.Host // as a server reads it
	body := []byte("{}")
	_, err := v.Verify(seen, body, "ecr-public", func(context.Context, principal.AccessKeyID, string) (sigv4.Key, error) {
		return sigv4.Key{ID: testKey, Secret: secret}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const testKey principal.AccessKeyID = "AKIAEXAMPLEEXAMPLE22"

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// secretName is a field that holds a secret, by its name.
var secretName = regexp.MustCompile(`(?i)(secret|password|passphrase|material|privatekey|signing|sealkey|commitkey|^key$|uploadkey|bearer)`)

// mayBeBare are the fields of that kind whose type redacts nothing, with the reason why that does no harm.
var mayBeBare = map[string]string{
	"principal.Secret.text":               "the type that redacts itself, whole",
	"store.RootKey.material":              "so does this one",
	"registry.credential.password":        "lives for the time of a request, and is printed nowhere",
	"registry.credential.bearer":          "so does this",
	"registry.asked.password":             "so does this",
	"server.Config.TLSKey":                "the name of a file",
	"server.certificate.key":              "the name of a file",
	"registry.Config.UploadKey":           "bytes that a MAC takes; no configuration of the registry is printed",
	"registry.Registry.uploadKey":         "so are these",
	"registry/engine.Config.Secret":       "and these",
	"servertest.Key.Secret":               "opens nothing but a test's service",
	"store.Tag.Key":                       "the name of a tag",
	"session.Tag.Key":                     "the name of a tag",
	"identity.failedCondition.Key":        "the name of a condition key",
	"identity.question.key":               "where a page begins",
	"audit.headFile.key":                  "signs; its holder redacts itself",
	"cmd/octroid.newUser.SecretAccessKey": "is printed, once, on purpose",
}

// Every field that holds a secret, by its name, has a type that redacts itself, or stands in the table with its reason.
func TestSecretsHaveTypesThatRedact(t *testing.T) {
	for _, pkg := range []string{"principal", "sigv4", "token", "store", "audit", "session", "access", "issuer", "identity", "endpoint", "registry", "registry/engine", "server", "servertest"} {
		files, err := filepath.Glob(filepath.Join("..", pkg, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pkg, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				if fields, ok := spec.Type.(*ast.StructType); ok {
					bareSecrets(t, pkg, spec.Name.Name, fields)
				}
				return true
			})
		}
	}
}

func bareSecrets(t *testing.T, pkg, name string, fields *ast.StructType) {
	t.Helper()
	for _, f := range fields.Fields.List {
		if !bare(f.Type) {
			continue
		}
		for _, id := range f.Names {
			full := pkg + "." + name + "." + id.Name
			if _, listed := mayBeBare[full]; secretName.MatchString(id.Name) && !listed {
				t.Errorf("%s holds a secret in the clear", full)
			}
		}
	}
}

// bare reports string, []byte, [N]byte and the like: types that print what is in them.
func bare(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "string" || e.Name == "byte"
	case *ast.ArrayType:
		return bare(e.Elt)
	}
	return false
}
