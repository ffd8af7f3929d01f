package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// signedRequests is how many different signatures the load has.
const signedRequests = 2048

// issueTable measures what a token costs: signature, two decisions, the sealed token, and records that are on disk
// before the token leaves. And the exchange of a login for a bearer, whose record is on disk too.
func issueTable(out io.Writer, o options) (err error) {
	var opened closeAll
	defer func() { err = errors.Join(err, opened.close()) }()
	h, err := openHouse()
	if err != nil {
		return err
	}
	opened.add(h.Close)
	flush, err := timeOfFlush(h.folder)
	if err != nil {
		return err
	}
	requests, err := h.tokenRequests(h.key, signedRequests)
	if err != nil {
		return err
	}
	heading(out, fmt.Sprintf("Tokens (one flush to this disk: %.2f ms)", flush.Seconds()*1000), "octroid", "net/http")
	issue := target{h.host, requests, http.StatusOK}
	if err := againstFloor(out, o, "GetAuthorizationToken", issue); err != nil {
		return err
	}
	if err := againstMoto(out, o, issue); err != nil {
		return err
	}
	login, err := h.authorization()
	if err != nil {
		return err
	}
	exchange := get(h.host, h.exchangePath(), "Basic "+login)
	return againstFloor(out, o, "/token/", target{h.host, exchange, http.StatusOK})
}

func againstFloor(out io.Writer, o options, name string, t target) error {
	l, floor, err := floorFor(t)
	if err != nil {
		return err
	}
	defer l.Close()
	for _, connections := range []int{1, 16, 64} {
		c, err := takeTurns(o, connections, side{"octroid", t}, floor)
		if err != nil {
			return err
		}
		c.line(out, fmt.Sprintf("%s, %d connections", name, connections))
	}
	return nil
}

// get is a GET of a path as it is on the wire.
func get(host, path, authorization string, headers ...string) [][]byte {
	text := "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: bench\r\n"
	if authorization != "" {
		text += "Authorization: " + authorization + "\r\n"
	}
	for _, h := range headers {
		text += h + "\r\n"
	}
	return [][]byte{[]byte(text + "\r\n")}
}

// timeOfFlush is what one record and its flush take in a folder: the floor of a token that nobody shares a flush with.
func timeOfFlush(folder string) (time.Duration, error) {
	f, err := os.CreateTemp(folder, "flush-")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var all []time.Duration
	line := make([]byte, 512)
	for range 100 {
		began := time.Now()
		if _, err := f.Write(line); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		all = append(all, time.Since(began))
	}
	return median(all), nil
}
