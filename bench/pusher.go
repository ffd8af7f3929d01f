package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// pusher pushes to one registry. Every blob is another one: none is there already.
type pusher struct {
	host          string
	authorization string // empty for a registry without authentication
	client        *http.Client
	serial        *atomic.Uint64
}

func newPusher(host, authorization string) pusher {
	return pusher{host, authorization, &http.Client{Timeout: answerTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}, new(atomic.Uint64)}
}

func (p pusher) send(method, path, contentType string, body []byte) (http.Header, error) {
	r, err := http.NewRequest(method, "http://"+p.host+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if p.authorization != "" {
		r.Header.Set("Authorization", p.authorization)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, text)
	}
	return answer.Header, nil
}

// fresh is a content of that size that no registry has seen.
func (p pusher) fresh(size int) []byte {
	content := bytes.Repeat([]byte{0x5a}, size)
	binary.LittleEndian.PutUint64(content, p.serial.Add(1))
	binary.LittleEndian.PutUint64(content[8:], uint64(time.Now().UnixNano()))
	return content
}

func (p pusher) blob(content []byte) (string, error) {
	h, err := p.send(http.MethodPost, imagePath+"blobs/uploads/", "", nil)
	if err != nil {
		return "", err
	}
	place := strings.TrimPrefix(h.Get("Location"), "http://"+p.host)
	joint := "?"
	if strings.Contains(place, "?") {
		joint = "&"
	}
	digest := digestOf(content)
	_, err = p.send(http.MethodPut, place+joint+"digest="+digest, "application/octet-stream", content)
	return digest, err
}

// descriptor is how a manifest names a content.
type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int    `json:"size"`
}

// image pushes an image of so many layers, and returns its digest and that of its last layer.
func (p pusher) image(tag string, layers, size int) (c content, err error) {
	var m struct {
		SchemaVersion int          `json:"schemaVersion"`
		MediaType     string       `json:"mediaType"`
		Config        descriptor   `json:"config"`
		Layers        []descriptor `json:"layers"`
	}
	m.SchemaVersion, m.MediaType = 2, manifestType
	config := fmt.Appendf(nil, `{"n":%d}`, p.serial.Add(1))
	if m.Config.Digest, err = p.blob(config); err != nil {
		return c, err
	}
	m.Config.MediaType, m.Config.Size = "application/vnd.oci.image.config.v1+json", len(config)
	for range layers {
		if c.blob, err = p.blob(p.fresh(size)); err != nil {
			return c, err
		}
		m.Layers = append(m.Layers, descriptor{"application/vnd.oci.image.layer.v1.tar+gzip", c.blob, size})
	}
	text, err := json.Marshal(m)
	if err != nil {
		return c, err
	}
	c.manifest = digestOf(text)
	_, err = p.send(http.MethodPut, imagePath+"manifests/"+tag, manifestType, text)
	return c, err
}

// pushes is the load of one kind of push.
type pushes func(worker int) error

func (do pushes) run(workers int, d time.Duration) (speed, error) {
	return during(workers, d, func(worker, _ int) error { return do(worker) })
}
