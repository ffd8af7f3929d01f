package kubelet

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/kubelet/pkg/apis/credentialprovider"
	"k8s.io/kubelet/pkg/apis/credentialprovider/install"
	v1 "k8s.io/kubelet/pkg/apis/credentialprovider/v1"
	"k8s.io/kubelet/pkg/apis/credentialprovider/v1beta1"
)

// codecs are made as the kubelet makes them.
//
// Source: kubernetes, pkg/credentialprovider/plugin/plugin.go.
func codecs() serializer.CodecFactory {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict)
}

func TestProvider(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		json.NewEncoder(w).Encode(map[string]any{"authorizationData": map[string]any{
			"authorizationToken": base64.StdEncoding.EncodeToString([]byte("AWS:secret")), "expiresAt": time.Now().Add(12 * time.Hour).Unix(),
		}})
	}))
	defer service.Close()
	host := strings.TrimPrefix(service.URL, "http://")
	home := t.TempDir()
	config := filepath.Join(home, "config.yaml")
	if err := os.WriteFile(config, []byte("hosts:\n  "+host+": {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "OCTROI_CONFIG=" + config, "AWS_ACCESS_KEY_ID=AKIAX", "AWS_SECRET_ACCESS_KEY=y"}
	for _, version := range []schema.GroupVersion{v1.SchemeGroupVersion, v1beta1.SchemeGroupVersion} {
		for image, lent := range map[string]bool{host + "/team/app:v1": true, "registry.k8s.io/pause:3.10": false} {
			answer := provide(t, version, image, environ)
			if answer.CacheKeyType != credentialprovider.RegistryPluginCacheKeyType {
				t.Errorf("%v %s: cacheKeyType %q", version, image, answer.CacheKeyType)
			}
			if lent != (answer.Auth[host].Username == "AWS" && answer.Auth[host].Password == "secret") || len(answer.Auth) > 1 {
				t.Errorf("%v %s: %+v", version, image, answer.Auth)
			}
			if d := answer.CacheDuration; d == nil || d.Duration > 6*time.Hour || lent && d.Duration < 5*time.Hour {
				t.Errorf("%v %s: cacheDuration %v", version, image, d)
			}
		}
	}
}

// provide runs the program as the kubelet runs it.
func provide(t *testing.T, version schema.GroupVersion, image string, environ []string) *credentialprovider.CredentialProviderResponse {
	t.Helper()
	all := codecs()
	info, _ := runtime.SerializerInfoForMediaType(all.SupportedMediaTypes(), runtime.ContentTypeJSON)
	request, err := runtime.Encode(all.EncoderForVersion(info.Serializer, version), &credentialprovider.CredentialProviderRequest{
		Image: image, ServiceAccountAnnotations: map[string]string{"a": "b"},
	})
	if err != nil {
		t.Fatal(err)
	}
	program, err := filepath.Abs("../../bin/octroi-credential-provider")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program)
	var stderr bytes.Buffer
	c.Stdin, c.Stderr, c.Env = bytes.NewReader(request), &stderr, environ
	text, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %s (make build builds it)", err, stderr.String())
	}
	decoded, got, err := all.UniversalDecoder(credentialprovider.SchemeGroupVersion).Decode(text, nil, nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if got.Kind != "CredentialProviderResponse" || got.GroupVersion() != version {
		t.Errorf("%v is answered with %v", version, got)
	}
	return decoded.(*credentialprovider.CredentialProviderResponse)
}
