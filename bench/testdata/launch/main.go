// Command launch starts a program some times and prints, for each, its wall time in nanoseconds and its peak memory in
// KiB. It is small on purpose: the kernel counts the memory of the process that starts a program as the program's.
package main

import (
	"os"
	"strconv"
	"syscall"
	"time"
)

func main() {
	n, err := strconv.Atoi(os.Args[1])
	null, openErr := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil || openErr != nil {
		os.Exit(2)
	}
	files := []uintptr{null.Fd(), null.Fd(), 2}
	for range n {
		if path := os.Getenv("LAUNCH_STDIN"); path != "" {
			input, err := os.Open(path)
			if err != nil {
				os.Exit(2)
			}
			files[0] = input.Fd()
			defer input.Close()
		}
		began := time.Now()
		id, err := syscall.ForkExec(os.Args[2], os.Args[2:], &syscall.ProcAttr{Env: os.Environ(), Files: files})
		if err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		var status syscall.WaitStatus
		var used syscall.Rusage
		if _, err := syscall.Wait4(id, &status, 0, &used); err != nil || status.ExitStatus() != 0 {
			os.Exit(1)
		}
		wall := time.Since(began).Nanoseconds()
		os.Stdout.WriteString(strconv.FormatInt(wall, 10) + " " + strconv.FormatInt(int64(used.Maxrss), 10) + "\n")
	}
}
