package engine

import (
	"context"

	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
)

// Judge is what becomes of an error of the disk, wrapped as its driver does.
func (e *Engine) Judge(err error) {
	_ = e.driver.judge(context.Background(), storagedriver.Error{DriverName: "filesystem", Detail: err})
}
