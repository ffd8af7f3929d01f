package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
)

// registryTable measures pulls by a bearer, each decided by the policies and recorded, against the same Distribution
// on the same folder without authentication, and against a handler that answers as many bytes.
func registryTable(out io.Writer, o options) (err error) {
	var opened closeAll
	defer func() { err = errors.Join(err, opened.close()) }()
	h, err := openHouse()
	if err != nil {
		return err
	}
	opened.add(h.Close)
	login, err := h.authorization()
	if err != nil {
		return err
	}
	c, err := h.push("Basic " + login)
	if err != nil {
		return err
	}
	bearer, err := h.bearer(login)
	if err != nil {
		return err
	}
	peer, err := openDistribution(filepath.Join(h.folder, "data", "registry"))
	if err != nil {
		return err
	}
	opened.add(peer.Close)
	heading(out, "Pulls by bearer, 16 connections", "octroid", "Distribution", "net/http")
	for _, pull := range []struct{ name, path string }{
		{"manifest by tag", "manifests/v1"},
		{"manifest by digest", "manifests/" + c.manifest},
		{"blob, 64 KiB", "blobs/" + c.blob},
	} {
		accept := "Accept: " + manifestType
		ours := target{h.host, get(h.host, imagePath+pull.path, "Bearer "+bearer, accept), http.StatusOK}
		theirs := side{"Distribution", target{peer.address, get(peer.address, imagePath+pull.path, "", accept), http.StatusOK}}
		if err := threeSides(out, o, pull.name, ours, theirs); err != nil {
			return fmt.Errorf("%s: %w", pull.name, err)
		}
	}
	return nil
}

func threeSides(out io.Writer, o options, name string, ours target, theirs side) error {
	l, floor, err := floorFor(ours)
	if err != nil {
		return err
	}
	defer l.Close()
	c, err := takeTurns(o, 16, side{"octroid", ours}, theirs, floor)
	if err == nil {
		c.line(out, name)
	}
	return err
}
