package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/octroi/octroi/principal"
)

// samples of each kind of refusal.
const samples = 10_000

// timingTable measures whether the time of a refusal tells that an access key exists (S35 of the hostile
// tests): requests of the three kinds take turns on one connection.
func timingTable(out io.Writer, _ options) (err error) {
	var opened closeAll
	defer func() { err = errors.Join(err, opened.close()) }()
	h, err := openHouse()
	if err != nil {
		return err
	}
	opened.add(h.Close)
	kinds, err := h.refusedRequests()
	if err != nil {
		return err
	}
	c, err := dial(h.host)
	if err != nil {
		return err
	}
	opened.add(c.Close)
	times := make([][]time.Duration, len(kinds))
	for i := range samples {
		for k, requests := range kinds {
			began := time.Now()
			if _, err := c.exchange(requests[i%len(requests)], http.StatusBadRequest); err != nil {
				return err
			}
			times[k] = append(times[k], time.Since(began))
		}
	}
	fmt.Fprintf(out, "Refusals, median of %d, taking turns: known key, wrong signature %.1f us", samples, micro(median(times[0])))
	for k, name := range []string{"unknown key", "a new unknown key each"} {
		fmt.Fprintf(out, "; %s %.1f us (ratio %.2f)", name, micro(median(times[k+1])), micro(median(times[k+1]))/micro(median(times[0])))
	}
	fmt.Fprintln(out)
	return nil
}

// refusedRequests are those of a known key with a wrong secret, of one unknown key, and of many.
func (h *house) refusedRequests() (kinds [3][][]byte, err error) {
	wrong := func(id string) aws.Credentials { return aws.Credentials{AccessKeyID: id, SecretAccessKey: rand.Text()} }
	unknown := func() string { return principal.NewID(principal.PrefixAccessKey) }
	if kinds[0], err = h.tokenRequests(wrong(h.key.AccessKeyID), signedRequests/8); err != nil {
		return kinds, err
	}
	if kinds[1], err = h.tokenRequests(wrong(unknown()), signedRequests/8); err != nil {
		return kinds, err
	}
	for range samples {
		one, err := h.tokenRequests(wrong(unknown()), 1)
		if err != nil {
			return kinds, err
		}
		kinds[2] = append(kinds[2], one...)
	}
	return kinds, nil
}

func micro(d time.Duration) float64 { return d.Seconds() * 1e6 }
