package store

import (
	"bytes"
	"context"
	"encoding/binary"
)

// head looks at what SQLite does not: the parts of the file's head that are not in use here, and those that say a thing twice.
// It asks SQLite for the page and not the file, whose locks go with whoever in this process closes it.
//
// Source: SQLite, "Database File Format", section 1.3.
func (i *Inspection) head(ctx context.Context) ([]string, error) {
	var page []byte
	if err := i.db.QueryRowContext(ctx, `SELECT data FROM sqlite_dbpage WHERE pgno = 1`).Scan(&page); err != nil {
		return nil, err
	}
	zero := func(from, to int) bool { return len(bytes.Trim(page[from:to], "\x00")) == 0 }
	number := func(at int) uint32 { return binary.BigEndian.Uint32(page[at:]) }
	for _, c := range []struct {
		sound bool
		what  string
	}{
		{page[18] == page[19], "who may write it and who may read it"},
		{number(24) == number(92), "the number of its changes"},
		{number(44) == 4, "the schema's format"},
		{number(56) == 1, "the encoding of texts"},
		{zero(48, 56) && zero(60, 92), "what is not in use"},
	} {
		if !c.sound {
			return []string{"the head of the file is not as it was written: " + c.what}, nil
		}
	}
	return nil, nil
}
