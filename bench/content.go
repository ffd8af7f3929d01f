package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry/handlers"
)

// content is an image in the house's registry: what the pulls pull.
type content struct {
	manifest, blob string // digests
}

const (
	imagePath    = "/v2/local/team/app/"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	blobSize     = 64 << 10
)

// push puts an image of one layer into the registry, under the tag v1, through the front.
func (h *house) push(authorization string) (c content, err error) {
	layer := make([]byte, blobSize)
	rand.Read(layer)
	if c.blob, err = h.pushBlob(authorization, layer); err != nil {
		return c, err
	}
	config := []byte("{}")
	configDigest, err := h.pushBlob(authorization, config)
	if err != nil {
		return c, err
	}
	manifest := fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":"application/vnd.oci.image.config.v1+json",`+
		`"digest":%q,"size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":%q,"size":%d}]}`,
		manifestType, configDigest, len(config), c.blob, len(layer))
	c.manifest = digestOf([]byte(manifest))
	_, err = h.send(http.MethodPut, imagePath+"manifests/v1", authorization, manifestType, []byte(manifest))
	return c, err
}

func (h *house) pushBlob(authorization string, blob []byte) (string, error) {
	answer, err := h.send(http.MethodPost, imagePath+"blobs/uploads/", authorization, "", nil)
	if err != nil {
		return "", err
	}
	location, digest := strings.TrimPrefix(answer.Get("Location"), "http://"+h.host), digestOf(blob)
	_, err = h.send(http.MethodPut, location+"&digest="+digest, authorization, "application/octet-stream", blob)
	return digest, err
}

func (h *house) send(method, path, authorization, contentType string, body []byte) (http.Header, error) {
	r, err := http.NewRequest(method, "http://"+h.host+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Content-Type", contentType)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, text)
	}
	return answer.Header, nil
}

// bearer exchanges a login for a bearer of the image's repository.
func (h *house) bearer(login string) (string, error) {
	c, err := dial(h.host)
	if err != nil {
		return "", err
	}
	defer c.Close()
	body, size, err := c.begin(get(h.host, h.exchangePath(), "Basic "+login)[0], http.StatusOK)
	if err != nil || len(body) != size {
		return "", errors.Join(err, errors.New("asking for a bearer: the answer came in parts"))
	}
	var answer struct{ Token string }
	return answer.Token, json.Unmarshal(body, &answer)
}

func (h *house) exchangePath() string {
	return "/token/?service=" + h.host + "&scope=repository:local/team/app:pull"
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// openDistribution serves the house's folder by Distribution alone: without authentication, and with the settings
// that the engine has (no descriptor cache, no redirects).
func openDistribution(folder string) (l *listening, err error) {
	defer func() {
		if reason := recover(); reason != nil { // how it reports a bad configuration
			err = fmt.Errorf("opening Distribution: %v", reason)
		}
	}()
	app := handlers.NewApp(context.Background(), &configuration.Configuration{
		Version: configuration.CurrentVersion,
		Storage: configuration.Storage{
			"filesystem":  {"rootdirectory": folder},
			"redirect":    {"disable": true},
			"maintenance": {"uploadpurging": map[any]any{"enabled": false}},
		},
	})
	if l, err = listen(app); err != nil {
		return nil, errors.Join(err, app.Shutdown())
	}
	l.server.RegisterOnShutdown(func() { app.Shutdown() })
	return l, nil
}
