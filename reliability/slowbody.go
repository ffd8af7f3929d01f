package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// slowBodies opens a thousand connections of clients who send a body, or read an answer, hardly at all.
func slowBodies(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.started(ctx, unlimited)
	if err != nil {
		return nil, err
	}
	bodies, readers, err := slowClients(ctx, n, r.connections(1000))
	if err != nil {
		return nil, err
	}
	// The length is that of the limits and not of the run's scale: who is cut after a minute is held for a minute.
	b, err := r.besiege(ctx, n, 66*time.Second, bodies, readers)
	if err != nil {
		return nil, err
	}
	up, down := b.reports[0], b.reports[1]
	return append([]figure{
		told("connections", fmt.Sprintf("%d that send a byte a second, %d that do not read", up.Opened, down.Opened)),
		zero("never cut", up.Opened-up.Cut+down.Opened-down.Cut),
		atMost("longest until a body is cut (uploadWindow 30 s)", up.Longest, 32*time.Second),
		atMost("longest until a reader is cut (downloadWindow 50 s)", down.Longest, time.Minute),
	}, b.figures(256<<20)...), nil
}

// slowClients are two attacks: bodies of requests that have no credential and of uploads that do, and downloads.
func slowClients(ctx context.Context, n *node, count int) (bodies, readers assault, err error) {
	key, err := n.administrator()
	if err != nil {
		return bodies, readers, err
	}
	c := newCaller(n.host, key, 30*time.Second)
	l, err := c.token(ctx)
	if err != nil {
		return bodies, readers, err
	}
	const repository = "local/team/large"
	large := make([]byte, 48<<20) // more than the sockets hold
	rand.Read(large)
	digest, err := c.pushBlob(ctx, l, repository, large)
	if err != nil {
		return bodies, readers, err
	}
	readers = assault{Kind: "trickle", Host: n.host, Count: max(1, count/2), Every: time.Second, Receive: 16 << 10,
		Requests: [][]byte{head(n.host, http.MethodGet, "/v2/"+repository+"/blobs/"+digest, l)}}
	bodies = assault{Kind: "trickle", Host: n.host, Count: max(1, count/2), Every: time.Second, Requests: [][]byte{
		head(n.host, http.MethodPost, "/", login{}, "Content-Type: application/x-amz-json-1.1", "X-Amz-Target: SpencerFrontendService.GetAuthorizationToken", "Content-Length: 60000"),
		head(n.host, http.MethodPut, "/v2/"+repository+"/manifests/v1", login{}, "Content-Type: "+manifestType, "Content-Length: 60000")}}
	for range max(1, count/4) {
		_, h, err := c.registry(ctx, http.MethodPost, "/v2/"+repository+"/blobs/uploads/", l, nil, "")
		if err != nil {
			return bodies, readers, err
		}
		place := strings.TrimPrefix(h.Get("Location"), "http://"+n.host)
		bodies.Requests = append(bodies.Requests, head(n.host, http.MethodPatch, place, l, "Content-Type: application/octet-stream", "Content-Length: 10000000"))
	}
	return bodies, readers, nil
}

// head is a request's line and headers as they are on the wire.
func head(host, method, path string, l login, headers ...string) []byte {
	text := method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n"
	if l.text != "" {
		text += "Authorization: Basic " + l.text + "\r\n"
	}
	for _, h := range headers {
		text += h + "\r\n"
	}
	return []byte(text + "\r\n")
}
