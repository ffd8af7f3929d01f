package store

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"modernc.org/sqlite"
)

// rowSumFunction is the SQL function that triggers and checks call. Who writes to the file without it, as with the sqlite3
// shell, is refused by SQLite: a change that no sum knows would be taken for damage.
const rowSumFunction = "octroi_row_sum"

// sumBits are the bits of a sum. There are 62, so that SQL's whole numbers of 64 hold the sum of two, and the difference:
// SQLite goes over to floating point where they do not.
const sumBits = 1<<62 - 1

// registerRowSum gives the function to the driver, which has one list for all that opens a database in this process.
var registerRowSum = sync.OnceValue(func() error {
	return sqlite.RegisterFunction(rowSumFunction, &sqlite.FunctionImpl{NArgs: -1, Deterministic: true,
		VolatileArgs: true, // else a text ends at its first zero byte
		Scalar:       func(_ *sqlite.FunctionContext, row []driver.Value) (driver.Value, error) { return rowSum(row) }})
})

// rowSum is a hash of the values of a row, each with its type and its length: no two rows are spelled alike. The rowid is
// none of them, since VACUUM INTO gives new ones; indexes hold it, and SQLite's own check compares those.
//
// The hash needs no key: it is against disks. Whoever may write the file may write the sum.
func rowSum(row []driver.Value) (int64, error) {
	text := make([]byte, 0, 512)
	for _, value := range row {
		switch v := value.(type) {
		case nil:
			text = append(text, 'n')
		case int64:
			text = binary.BigEndian.AppendUint64(append(text, 'i'), uint64(v))
		case float64:
			text = binary.BigEndian.AppendUint64(append(text, 'f'), math.Float64bits(v))
		case string:
			text = append(binary.BigEndian.AppendUint64(append(text, 't'), uint64(len(v))), v...)
		case []byte:
			text = append(binary.BigEndian.AppendUint64(append(text, 'b'), uint64(len(v))), v...)
		default:
			return 0, fmt.Errorf("a value of type %T has no sum", v)
		}
	}
	h := sha256.Sum256(text)
	return int64(binary.BigEndian.Uint64(h[:]) & sumBits), nil
}
