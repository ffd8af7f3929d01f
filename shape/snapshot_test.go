package shape_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/shape"
)

// The SDK's modules carry a request and an answer of every operation, with every member in it, written by their own
// serialisers: these are the facts that the codecs are held to.

// operations are the names of a client's operations.
func operations(client reflect.Type) []string {
	var names []string
	for i := range client.NumMethod() {
		if m := client.Method(i); m.Type.NumIn() == 4 && m.Type.IsVariadic() && m.Type.NumOut() == 2 {
			names = append(names, m.Name)
		}
	}
	return names
}

// input and output are new structs of an operation.
func input(client any, operation string) any {
	m := reflect.ValueOf(client).MethodByName(operation)
	return reflect.New(m.Type().In(1).Elem()).Interface()
}

func output(client any, operation string) any {
	m := reflect.ValueOf(client).MethodByName(operation)
	return reflect.New(m.Type().Out(0).Elem()).Interface()
}

// call calls an operation of a client.
func call(t *testing.T, client any, operation string, input any) any {
	t.Helper()
	m := reflect.ValueOf(client).MethodByName(operation)
	out := m.Call([]reflect.Value{reflect.ValueOf(context.Background()), reflect.ValueOf(input)})
	if err, bad := out[1].Interface().(error); bad {
		t.Fatalf("the SDK does not read the answer: %v", err)
	}
	return out[0].Interface()
}

func snapshot(t *testing.T, module, name string) (body string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(module, name+".snap"))
	if err != nil {
		t.Fatal(err)
	}
	_, body, ok := strings.Cut(string(text), "\n\n")
	if strings.HasPrefix(string(text), "POST /\n\n") { // an empty line before the headers too
		_, body, ok = strings.Cut(body, "\n\n")
	}
	if !ok {
		t.Fatalf("%s has another form than it used to", name)
	}
	return body
}

func moduleFolder(t *testing.T, path string) string {
	t.Helper()
	text, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// peer is a service that answers with what a test puts in, and keeps what it was sent.
type peer struct {
	*httptest.Server
	contentType, answer, request string
}

func newPeer(t *testing.T, contentType string) *peer {
	p := &peer{contentType: contentType}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.request = string(body)
		w.Header().Set("Content-Type", p.contentType)
		io.WriteString(w, p.answer)
	}))
	t.Cleanup(p.Close)
	return p
}

var credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIAEXAMPLEEXAMPLE22", SecretAccessKey: "s"}, nil
})

// full fails when a member is empty: a decoder that passes over one would go unnoticed otherwise.
func full(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Struct:
		if v.Type().PkgPath() == "time" {
			break
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "ResultMetadata" {
				full(t, v.Field(i), path+"."+f.Name)
			}
		}
		return
	case reflect.Slice:
		for i := range v.Len() {
			full(t, v.Index(i), path)
		}
	}
	if v.IsZero() {
		t.Errorf("%s is passed over", path)
	}
}

func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("no JSON: %s", got)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Error(diff)
	}
}

func TestECRPublicSnapshots(t *testing.T) {
	module := moduleFolder(t, "github.com/aws/aws-sdk-go-v2/service/ecrpublic")
	p := newPeer(t, "application/x-amz-json-1.1")
	client := ecrpublic.New(ecrpublic.Options{Region: "us-east-1", BaseEndpoint: &p.URL, Credentials: credentials, Retryer: aws.NopRetryer{}})
	all := operations(reflect.TypeOf(client))
	if len(all) != 23 {
		t.Errorf("%d operations, and ECR Public has 23: %q", len(all), all)
	}
	for _, operation := range all {
		t.Run(operation, func(t *testing.T) {
			request, answer := snapshot(t, module, "request_snapshot/"+operation+".request"), snapshot(t, module, "response_snapshot/"+operation+".response")
			in, out := input(client, operation), output(client, operation)
			if err := shape.DecodeJSON([]byte(request), strictjson.Limits{}, in); err != nil {
				t.Fatal(err)
			}
			full(t, reflect.ValueOf(in), operation)
			sameJSON(t, string(shape.EncodeJSON(in)), request)
			if err := shape.DecodeJSON([]byte(answer), strictjson.Limits{}, out); err != nil {
				t.Fatal(err)
			}
			full(t, reflect.ValueOf(out), operation)
			sameJSON(t, string(shape.EncodeJSON(out)), answer)

			p.answer = string(shape.EncodeJSON(out))
			read := call(t, client, operation, in)
			sameJSON(t, p.request, request)
			sameJSON(t, string(shape.EncodeJSON(read)), answer)
		})
	}
}

func TestSTSSnapshots(t *testing.T) {
	p := newPeer(t, "text/xml")
	client := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &p.URL, Credentials: credentials, Retryer: aws.NopRetryer{}})
	querySnapshots(t, p, client, moduleFolder(t, "github.com/aws/aws-sdk-go-v2/service/sts"), "https://sts.amazonaws.com/doc/2011-06-15/", 11)
}

// unions are the operations of IAM whose input holds a union, which the SDK has as an interface: which policies of a
// principal a simulation leaves out. This service refuses to leave any out.
var unions = []string{"SimulatePrincipalPolicy"}

// withMaps are the operations whose input holds a map. Neither is one of this service's, and the decoder refuses them.
var withMaps = []string{"AcquireRole", "PutAccountProperties"}

func TestIAMSnapshots(t *testing.T) {
	p := newPeer(t, "text/xml")
	client := iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: &p.URL, Credentials: credentials, Retryer: aws.NopRetryer{}})
	querySnapshots(t, p, client, moduleFolder(t, "github.com/aws/aws-sdk-go-v2/service/iam"), "https://iam.amazonaws.com/doc/2010-05-08/", 180)
}

func querySnapshots(t *testing.T, p *peer, client any, module, namespace string, n int) {
	all := operations(reflect.TypeOf(client))
	if len(all) != n {
		t.Errorf("%d operations, and there are %d: %q", len(all), n, all)
	}
	for _, operation := range all {
		if slices.Contains(withMaps, operation) {
			continue
		}
		t.Run(operation, func(t *testing.T) {
			request, answer := snapshot(t, module, "request_snapshot/"+operation+".request"), snapshot(t, module, "response_snapshot/"+operation+".response")
			form, err := url.ParseQuery(request)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(unions, operation) {
				maps.DeleteFunc(form, func(name string, _ []string) bool { return strings.HasPrefix(name, "PolicyExclusionList.") })
			}
			in := input(client, operation)
			if err := shape.DecodeQuery(form, in); err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(unions, operation) {
				full(t, reflect.ValueOf(in), operation)
			}

			// What was decoded, the SDK's serialiser writes as it was; and what the SDK's deserialiser reads of AWS's
			// answer, it reads of ours.
			p.answer = answer
			first := call(t, client, operation, in)
			again, err := url.ParseQuery(p.request)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(form, again); diff != "" {
				t.Error(diff)
			}
			full(t, reflect.ValueOf(first), operation)
			p.answer = string(shape.EncodeXML(operation, namespace, "an id", first))
			second := call(t, client, operation, in)
			if a, b := shape.EncodeJSON(first), shape.EncodeJSON(second); !bytes.Equal(a, b) {
				t.Errorf("the SDK reads %s, want %s", b, a)
			}
		})
	}
}
