package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/server"
	"github.com/octroi/octroi/store"
)

// lengthen appends records to the log of a service that is not running, as the service would have; files of it get as long
// as that.
func lengthen(ctx context.Context, data string, records int, bytes int64) error {
	s, err := server.OpenStore(ctx, data)
	if err != nil {
		return err
	}
	deployment := s.Deployment()
	seed, err := s.PurposeKey(ctx, store.AuditHead)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	log, err := audit.Open(audit.Config{Folder: data, Seed: seed, Deployment: deployment, MaxBytes: bytes})
	if err != nil {
		return fmt.Errorf("growing the audit log: %w", err)
	}
	for i := range records {
		err := log.Append(&audit.Record{Time: time.Now().UTC().Format(time.RFC3339Nano), RequestID: fmt.Sprint(i), Front: "registry", Method: "GET",
			Path: "/v2/local/team/app/manifests/v1", Action: "ecr-public:BatchGetImage", Outcome: audit.Allowed, Reason: "for a long log", Source: "127.0.0.1"})
		if err == nil && i%5000 == 4999 {
			err = log.Sync(ctx)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("growing the audit log: %w", err), log.Close())
		}
	}
	return log.Close()
}

// sizeOfLog is the size of all of its files, in bytes.
func sizeOfLog(data string) (size int64, err error) {
	files, err := audit.Files(data)
	for _, f := range files {
		one, statErr := sizeOf(f)
		size, err = size+one, errors.Join(err, statErr)
	}
	return size, err
}

// sizeOf is the size of a file, in bytes.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
