package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	_ "modernc.org/sqlite" // the crowd is written past the store, which writes one user at a time

	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

// Sizes of the two houses, and how many of their users ask for tokens.
const (
	few   = 10
	crowd = 1_000_000
	hot   = 10_000
)

// usersTable measures what many users cost those who are there: token issue with 10 users in the store, and with a
// million of whom 10,000 ask.
func usersTable(out io.Writer, o options) (err error) {
	var opened closeAll
	defer func() { err = errors.Join(err, opened.close()) }()
	var sides []side
	var heaps []uint64
	for _, n := range []int{crowd, few} {
		h, err := openHouse()
		if err != nil {
			return err
		}
		opened.add(h.Close)
		before := heap()
		requests, err := h.populate(n)
		if err != nil {
			return err
		}
		t := target{h.host, requests, http.StatusOK}
		if err := t.once(); err != nil {
			return err
		}
		sides, heaps = append(sides, side{fmt.Sprint(n, " users"), t}), append(heaps, heap()-before)
	}
	heading(out, "Users in the store", sides[0].name, sides[1].name)
	c, err := takeTurns(o, 16, sides...)
	if err != nil {
		return err
	}
	c.line(out, "GetAuthorizationToken, 16 connections")
	fmt.Fprintf(out, "heap after it, with the requests: %.1f MB with %d users, %.1f MB with %d\n", float64(heaps[0])/1e6, crowd, float64(heaps[1])/1e6, few)
	return nil
}

// once sends every request once: what is measured is a hot set.
func (t target) once() error {
	c, err := dial(t.address)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, r := range t.requests {
		if err := c.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
			return err
		}
		if _, err := c.exchange(r, t.status); err != nil {
			return err
		}
	}
	return nil
}

// heap is what is in use, after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// populate fills a house with users; those of the hot set have keys that work. It returns their requests.
func (h *house) populate(n int) ([][]byte, error) {
	data := filepath.Join(h.folder, "data")
	s, err := server.OpenStore(context.Background(), data)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	accounts, err := s.Accounts(context.Background())
	if err != nil {
		return nil, err
	}
	const document = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	var requests [][]byte
	for i := range min(n, hot) {
		_, k, secret, err := s.AddUser(context.Background(), accounts[0].ID, fmt.Sprint("hot", i), store.InlinePolicy{Name: "all", Document: document})
		if err != nil {
			return nil, err
		}
		more, err := h.tokenRequests(aws.Credentials{AccessKeyID: string(k.ID), SecretAccessKey: secret.Reveal()}, max(1, hot/n))
		if err != nil {
			return nil, err
		}
		requests = append(requests, more...)
	}
	return requests, fill(filepath.Join(data, "octroi.db"), accounts[0].ID, document, n-hot)
}

// fill writes users whose keys nobody has, all in one transaction.
func fill(path, account, document string, n int) error {
	if n <= 0 {
		return nil
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(60000)")
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	numbers := fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) `, n)
	for _, statement := range []struct {
		text string
		args []any
	}{
		{numbers + `INSERT INTO users (id, account, name, name_key, path, created_at) SELECT printf('AIDACROWD%011d', i), $1, 'crowd' || i, 'crowd' || i, '/', 0 FROM n`, []any{account}},
		{numbers + `INSERT INTO access_keys (id, user_id, secret, status, created_at) SELECT printf('AKIACROWD%011d', i), printf('AIDACROWD%011d', i), 'none', 'Active', 0 FROM n`, nil},
		{numbers + `INSERT INTO inline_policies (owner, name, document) SELECT printf('AIDACROWD%011d', i), 'all', $1 FROM n`, []any{document}},
		{`UPDATE meta SET version = version + 1 WHERE id = 1`, nil},
	} {
		if _, err := tx.Exec(statement.text, statement.args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
