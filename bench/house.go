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
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/octroi/octroi/policy"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

// house is the real service on a folder of its own, with a user who may log in and do everything below team/.
type house struct {
	folder  string
	running *server.Server
	host    string
	key     aws.Credentials
}

func openHouse() (h *house, err error) {
	h = &house{}
	if h.folder, err = os.MkdirTemp("", "octroi-bench-"); err != nil {
		return nil, err
	}
	c := server.Defaults()
	c.Data, c.Listen = filepath.Join(h.folder, "data"), "127.0.0.1:0"
	c.Registry.AnonymousPull = false                  // so that a pull is decided by policies
	c.Limits.RequestRate, c.Limits.FailureRate = 0, 0 // one principal from one address asks for all it can get
	ctx := context.Background()
	if h.running, err = server.Start(ctx, c, slog.New(slog.NewTextHandler(io.Discard, nil)), nil); err != nil {
		return nil, errors.Join(err, os.RemoveAll(h.folder))
	}
	h.host = h.running.Address()
	if h.key, err = addUser(ctx, c.Data); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

func addUser(ctx context.Context, data string) (aws.Credentials, error) {
	s, err := server.OpenStore(ctx, data)
	if err != nil {
		return aws.Credentials{}, err
	}
	defer s.Close()
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return aws.Credentials{}, err
	}
	document, err := policy.Write(
		policy.Grant{Actions: []string{"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}, Resources: []string{"*"}},
		policy.Grant{Actions: []string{"ecr-public:*"}, Resources: []string{principal.RepositoryARN(accounts[0].ID, "team/*")}})
	if err != nil {
		return aws.Credentials{}, err
	}
	u, err := s.CreateUser(ctx, accounts[0].ID, "bench")
	if err == nil {
		err = s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "bench", Document: string(document)})
	}
	if err != nil {
		return aws.Credentials{}, err
	}
	k, secret, err := s.CreateAccessKey(ctx, u)
	return aws.Credentials{AccessKeyID: string(k.ID), SecretAccessKey: secret.Reveal()}, err
}

// Close stops the service and removes its folder.
func (h *house) Close() error {
	return errors.Join(h.running.Shutdown(context.Background()), os.RemoveAll(h.folder))
}

// tokenRequests are n requests for a token by that key, each with another signature, as they are on the wire.
func (h *house) tokenRequests(key aws.Credentials, n int) ([][]byte, error) {
	const body = "{}"
	sum := sha256.Sum256([]byte(body))
	signer, at := v4.NewSigner(), time.Now()
	var all [][]byte
	for range n {
		r, err := http.NewRequest(http.MethodPost, "http://"+h.host+"/", bytes.NewReader([]byte(body)))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken")
		r.Header.Set("User-Agent", "aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64 prompt/off command/ecr-public.get-authorization-token")
		r.Header.Set("Amz-Sdk-Invocation-Id", rand.Text())
		if err := signer.SignHTTP(context.Background(), key, r, hex.EncodeToString(sum[:]), "ecr-public", "us-east-1", at); err != nil {
			return nil, err
		}
		var wire bytes.Buffer
		if err := r.Write(&wire); err != nil {
			return nil, err
		}
		all = append(all, wire.Bytes())
	}
	return all, nil
}

// authorization gets a login token as clients do.
func (h *house) authorization() (string, error) { return h.authorizationWith(h.key) }

func (h *house) authorizationWith(key aws.Credentials) (string, error) {
	requests, err := h.tokenRequests(key, 1)
	if err != nil {
		return "", err
	}
	c, err := dial(h.host)
	if err != nil {
		return "", err
	}
	defer c.Close()
	body, size, err := c.begin(requests[0], http.StatusOK)
	if err != nil || len(body) != size {
		return "", errors.Join(err, fmt.Errorf("asking for a token: %d of %d bytes came at once", len(body), size))
	}
	var answer struct {
		AuthorizationData struct{ AuthorizationToken string }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", err
	}
	return answer.AuthorizationData.AuthorizationToken, nil
}
