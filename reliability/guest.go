package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

// guests makes users beside the running service, each with a key and that policy.
func (n *node) guests(ctx context.Context, name string, count int, policy string) ([]aws.Credentials, error) {
	s, err := server.OpenStore(ctx, n.data)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var all []aws.Credentials
	for i := range count {
		_, k, secret, err := s.AddUser(ctx, accounts[0].ID, fmt.Sprint(name, i), store.InlinePolicy{Name: name, Document: policy})
		if err != nil {
			return nil, err
		}
		all = append(all, aws.Credentials{AccessKeyID: string(k.ID), SecretAccessKey: secret.Reveal()})
	}
	return all, nil
}

// operation is a request to the AWS endpoint, to be put on the wire.
type operation struct{ service, contentType, target, body string }

// signed is the request as it is on the wire, signed by a key; without one it bears no signature.
func (o operation) signed(host string, key aws.Credentials) ([]byte, error) {
	r, err := http.NewRequest(http.MethodPost, "http://"+host+"/", strings.NewReader(o.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", o.contentType)
	if o.target != "" {
		r.Header.Set("X-Amz-Target", o.target)
	}
	if key.AccessKeyID != "" {
		sum := sha256.Sum256([]byte(o.body))
		if err := v4.NewSigner().SignHTTP(context.Background(), key, r, hex.EncodeToString(sum[:]), o.service, "us-east-1", time.Now()); err != nil {
			return nil, err
		}
	}
	var wire strings.Builder
	if err := r.Write(&wire); err != nil {
		return nil, err
	}
	return []byte(wire.String()), nil
}
