package store_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/store"
)

// fill puts a row into every table.
func fill(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	tag := store.Tag{Key: "Team", Value: "platform"}
	u := must(s.CreateUserUnder(ctx, account, "/", "ci", "", tag))(t)
	must(s.CreateUser(ctx, account, "build"))(t)
	key, _, err := s.CreateAccessKey(ctx, u)
	check(t, err)
	check(t, s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "push", Document: allowAll}))
	p := must(s.CreatePolicy(ctx, store.ManagedPolicy{Account: account, Name: "p", Path: "/", Description: "may push"}, allowAll))(t)
	check(t, s.AttachPolicy(ctx, u.Owner(), p.ARN()))
	g := must(s.CreateGroup(ctx, account, "/", "readers"))(t)
	check(t, s.AddMember(ctx, g, u))
	must(s.CreateRole(ctx, store.Role{Account: account, Name: "deploy", Path: "/", Trust: trustAll, Description: "from laptops"}))(t)
	provider := must(s.CreateProvider(ctx, store.Provider{Account: account, URL: "issuer.example.com", ClientIDs: []string{"octroi"}}))(t)
	check(t, s.UseOnce(ctx, provider.ARN(), "name", time.Now().Add(time.Hour)))
	must(s.CreateRepository(ctx, account, "team/app"))(t)
	check(t, s.PutReferrer(ctx, account, "team/app", store.Referrer{Subject: "sha256:s", Digest: "sha256:1", MediaType: "m"}))
	check(t, s.AddTokenKey(ctx, store.TokenKey{ID: 1, Secret: principal.NewSecretFrom("thirty-two bytes of key material")}))
	check(t, s.Revoke(ctx, store.RevokePrincipal, u.ID, time.Now()))
	s.Used(string(key.ID), "ecr-public", "us-east-1")
	check(t, s.WriteLastUses(ctx))
}

// problems are what is wrong with a file, and an error is a problem too.
func problems(t *testing.T, path string) []string {
	t.Helper()
	i := must(store.Inspect(path, root))(t)
	defer i.Close()
	all, err := i.Problems(context.WithoutCancel(t.Context()))
	if err != nil {
		all = append(all, err.Error())
	}
	return all
}

// raw opens a store's file past the store. Changes that are made so are counted, too.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db := must(sql.Open("sqlite", "file:"+path+"?_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)&_pragma=busy_timeout(5000)"))(t)
	t.Cleanup(func() { db.Close() })
	return db
}

func number(t *testing.T, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	check(t, db.QueryRow(query, args...).Scan(&n))
	return n
}

// RL22: a flipped byte is found wherever in a page something stands: in rows, in indexes, in the schema, in the sums.
func TestFlippedByteInAPage(t *testing.T) {
	s, path := openNew(t)
	fill(t, s)
	check(t, s.Close())
	must(raw(t, path).Exec(`VACUUM`))(t) // few holes between cells
	must(raw(t, path).Exec(`PRAGMA wal_checkpoint(TRUNCATE)`))(t)
	if p := problems(t, path); len(p) > 0 {
		t.Fatal(p)
	}
	whole := must(os.ReadFile(path))(t)
	flips := 1500
	if testing.Short() {
		flips = 300
	}
	places := read(whole)
	f := must(os.OpenFile(path, os.O_WRONLY, 0))(t)
	defer f.Close()
	for n := range flips {
		at, change := places[rand.IntN(len(places))], byte(1+rand.IntN(255))
		if n < 100 { // the file's own head, each byte of it
			at = places[n]
		}
		if whole[at] == 0 && (change == 10 || change == 11) {
			continue // other spellings of NULL
		}
		must(f.WriteAt([]byte{whole[at] ^ change}, int64(at)))(t)
		if len(problems(t, path)) == 0 {
			t.Errorf("byte %d (page %d, byte %d of it) is %#x and not %#x, and nothing is found", at, at/4096+1, at%4096, whole[at]^change, whole[at])
		}
		must(f.WriteAt(whole[at:at+1], int64(at)))(t)
	}
}

// read are the places of a file at which SQLite keeps something: the heads of pages, their lists of cells, and the cells. In the
// file's own head nobody reads how often the schema has changed, nor which version of SQLite wrote it.
func read(whole []byte) (places []int) {
	for page := 0; page < len(whole); page += 4096 {
		head := page
		if page == 0 {
			head = 100
			for at := range head {
				if at >= 40 && at < 44 || at >= 96 {
					continue
				}
				places = append(places, at)
			}
		}
		cells := head + 8 + 2*int(binary.BigEndian.Uint16(whole[head+3:]))
		if whole[head] < 10 { // inner pages have one more number
			cells += 4
		}
		content := page + int(binary.BigEndian.Uint16(whole[head+5:]))
		hole := map[int]bool{}
		for next := int(binary.BigEndian.Uint16(whole[head+1:])); next > 0; next = int(binary.BigEndian.Uint16(whole[page+next:])) {
			for at := range int(binary.BigEndian.Uint16(whole[page+next+2:])) {
				hole[page+next+at] = at >= 4 // after the hole's own head
			}
		}
		for at := head; at < page+4096; at++ {
			if (at < cells || at >= content) && !hole[at] {
				places = append(places, at)
			}
		}
	}
	return places
}
