package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/octroi/octroi/store"
)

// Every table there is has a sum and triggers for each change, and fill puts a row into it: what is tested below is tested of all.
func TestEveryTableHasASum(t *testing.T) {
	s, path := openNew(t)
	fill(t, s)
	db := raw(t, path)
	rows := must(db.Query(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'table_sums'`))(t)
	defer rows.Close()
	tables := 0
	for rows.Next() {
		var name string
		check(t, rows.Scan(&name))
		tables++
		if number(t, db, `SELECT count(*) FROM table_sums WHERE name = $1`, name) != 1 {
			t.Errorf("table %s has no sum", name)
		}
		if number(t, db, `SELECT count(*) FROM "`+name+`"`) == 0 {
			t.Errorf("the test puts nothing into table %s", name)
		}
		if n := number(t, db, `SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = $1`, name); n != 3 && !strings.HasPrefix(name, "sqlite_") {
			t.Errorf("table %s has %d triggers", name, n)
		}
	}
	check(t, rows.Err())
	if tables < 20 {
		t.Errorf("%d tables", tables)
	}
	if n := number(t, db, `SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%AUTOINCREMENT%'`); n != 1 {
		t.Error("SQLite's own table of sequences changes with goose's table only, or its sum is wrong")
	}
}

// No two rows are alike to their sums, however alike they look.
func TestRowSum(t *testing.T) {
	_, path := openNew(t)
	db := raw(t, path)
	seen := map[int]string{}
	for _, row := range []string{`'a', 'b'`, `'ab', ''`, `'', 'ab'`, `'ab'`, `x'6162'`, `NULL`, `''`, `x''`, `NULL, NULL`, `1`, `1.0`, `'1'`, `x'31'`, `-1`, `1 << 62`,
		`'a' || char(0) || 'b'`, `'a' || char(0) || 'c'`, `'a'`, `CAST(x'ff' AS text)`, `CAST(x'fe' AS text)`} {
		sum := number(t, db, `SELECT octroi_row_sum(`+row+`)`)
		if other, ok := seen[sum]; ok || sum < 0 || sum >= 1<<62 {
			t.Errorf("%s has the sum %d, as %s", row, sum, other)
		}
		seen[sum] = row
	}
}

// The sums are those of the rows after whatever is done, here in ways in which the store does not do it, too.
func TestSumsFollow(t *testing.T) {
	s, path := openNew(t)
	db := raw(t, path)
	ctx := context.WithoutCancel(t.Context())
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		name := fmt.Sprint("user", n)
		_, err := s.CreateUserUnder(ctx, account, "/", name, "", store.Tag{Key: "k", Value: rapid.String().Draw(rt, "name")})
		u, found := s.UserByName(ctx, account, name)
		if (err == nil) != (found == nil) {
			rt.Fatal(err, found)
		}
		other := rapid.IntRange(1, n).Draw(rt, "another")
		for range rapid.IntRange(0, 6).Draw(rt, "changes") {
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			case 0:
				_, _, err = s.CreateAccessKey(ctx, u)
			case 1:
				err = s.PutInlinePolicy(ctx, u.Owner(), store.InlinePolicy{Name: "p", Document: allowAll + strings.Repeat(" ", rapid.IntRange(0, 20).Draw(rt, "spaces"))})
			case 2:
				err = s.DeleteUser(ctx, account, fmt.Sprint("user", other)) // and its keys with it
			case 3:
				err = s.UpdateUser(ctx, u, "/x/", name)
			case 4:
				err = s.Revoke(ctx, store.RevokeToken, fmt.Sprint(other), time.UnixMilli(int64(rapid.IntRange(0, 99).Draw(rt, "before"))))
			case 5:
				s.Used(u.ID, "sts", "us-east-1")
				err = s.WriteLastUses(ctx)
			case 6: // no text, a number of another size, no UTF-8, a zero byte
				value := rapid.SampledFrom([]any{nil, 1, 1 << 40, -1.5, "", "a\x00b", "\xff", []byte{}, []byte("b")}).Draw(rt, "value")
				_, err = db.Exec(`REPLACE INTO last_uses (id, service, region, used_at) VALUES ($1, coalesce($2, ''), $3, 0)`, other, value, fmt.Sprint(value))
			case 7:
				_, err = db.Exec(`DELETE FROM tags WHERE rowid % 3 = $1`, other%3)
			case 8:
				_, err = db.Exec(`UPDATE last_uses SET used_at = used_at + 1, id = id || 'x' WHERE rowid % 5 = $1`, other%5)
			case 9:
				tx := must(db.Begin())(t)
				_, err = tx.Exec(`DELETE FROM users`)
				check(t, tx.Rollback())
			}
			if err != nil {
				rt.Log(err) // refused, which changes nothing
			}
		}
		if n%5 == 0 {
			if p := problems(t, path); len(p) > 0 {
				rt.Fatal(p)
			}
		}
	})
	must(db.Exec(`DELETE FROM accounts`))(t) // and nearly everything with it
	must(s.Rewrap(ctx, must(store.NewRootKey([32]byte{9}))(t)))(t)
	copied := filepath.Join(t.TempDir(), "copy.db")
	must(s.Snapshot(ctx, copied))(t)
	for _, path := range []string{path, copied} {
		if p := problems(t, path); len(p) != 1 || !strings.Contains(p[0], "root key") {
			t.Error(p)
		}
	}
}

// A store that has no sums yet, or had no time to make them, says nothing false, and has them after it was opened.
func TestSumsAreMadeAtTheFirstOpening(t *testing.T) {
	for _, tc := range []struct{ name, damage, found string }{
		{"as one of before there were any", `DELETE FROM goose_db_version WHERE version_id >= 5; DROP TABLE table_sums`, ""},
		{"with triggers that are in a migration's way", `DELETE FROM goose_db_version WHERE version_id >= 5; DROP TABLE table_sums;
			CREATE TRIGGER sum_x BEFORE INSERT ON goose_db_version BEGIN SELECT RAISE(ABORT, 'in the way'); END`, ""},
		{"with sums of another form", `UPDATE table_sums SET form = '5.0'`, ""},
		{"with none", `DELETE FROM table_sums`, ""},
		{"with one of another form", `UPDATE table_sums SET form = '5.0' WHERE name = 'users'`, "table users"},
		{"with one too few", `DELETE FROM table_sums WHERE name = 'users'`, "table users"},
		{"with one too many", `INSERT INTO table_sums VALUES ('others', '5.1', 0, 0)`, "others"},
		{"with a row more than was counted", `UPDATE table_sums SET rows = rows - 1 WHERE name = 'users'`, "table users"},
		{"with a trigger too few", `DROP TRIGGER sum_insert_users`, "sqlite_schema"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, path := openNew(t)
			fill(t, s)
			check(t, s.Close())
			db := raw(t, path)
			must(db.Exec(tc.damage))(t)
			check(t, db.Close())
			p := problems(t, path)
			if tc.found == "" && len(p) > 0 || tc.found != "" && (len(p) != 1 || !strings.Contains(p[0], tc.found)) {
				t.Errorf("before it is opened: %q, want %q", p, tc.found)
			}
			s = openAt(t, path)
			must(s.CreateUser(t.Context(), account, "later"))(t)
			p = problems(t, path)
			if tc.found == "" && len(p) > 0 || tc.found != "" && len(p) == 0 {
				t.Errorf("after it was opened: %q, want %q", p, tc.found)
			}
			if tc.found == "" && number(t, raw(t, path), `SELECT count(*) FROM table_sums WHERE form LIKE '%.1'`) < 20 {
				t.Error("the sums were not made")
			}
		})
	}
}

// BenchmarkChange is what the sums cost: a revocation with them, and without.
func BenchmarkChange(b *testing.B) {
	for _, sums := range []string{"with sums", "without"} {
		b.Run(sums, func(b *testing.B) {
			s, err := store.Open(b.Context(), store.Config{Path: filepath.Join(b.TempDir(), "octroi.db"), Root: root})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			if sums == "without" {
				if err := s.DropSums(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			for n := 0; b.Loop(); n++ {
				if err := s.Revoke(b.Context(), store.RevokeToken, fmt.Sprint("token ", n), time.Now()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
