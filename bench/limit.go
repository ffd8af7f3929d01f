package main

import (
	"errors"
	"os"
	"time"
)

// limits are what the machine can do at the most, whoever asks: what a registry's figures stand beside.
type limits struct {
	flush  time.Duration // of a small write
	copied float64       // bytes a second from memory to memory
	stored float64       // bytes a second into a file, flushed
}

func limitsOf(folder string) (l limits, err error) {
	if l.flush, err = timeOfFlush(folder); err != nil {
		return l, err
	}
	const size = 16 << 20
	from, to := make([]byte, size), make([]byte, size)
	var copies, stores []time.Duration
	for range 7 {
		began := time.Now()
		copy(to, from)
		copies = append(copies, time.Since(began))
		took, err := timeOfStore(folder, from)
		if err != nil {
			return l, err
		}
		stores = append(stores, took)
	}
	l.copied, l.stored = size/median(copies).Seconds(), size/median(stores).Seconds()
	return l, nil
}

func timeOfStore(folder string, content []byte) (time.Duration, error) {
	f, err := os.CreateTemp(folder, "store-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	began := time.Now()
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync())
	took := time.Since(began)
	return took, errors.Join(err, f.Close())
}
