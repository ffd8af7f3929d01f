package main

import (
	"bytes"
	"io"
	"os"
	"strconv"
)

// blank writes over the values of variables in the memory that /proc/PID/environ shows, which os.Unsetenv leaves as the
// kernel made it. It writes through /proc/self/mem, which needs no unsafe pointers. Where that is not permitted the
// values stay to be read by this user and root, who could read the process's memory as well: no reason to stop.
//
// Source: proc(5), /proc/pid/stat: env_start and env_end are fields 50 and 51.
func blank(names ...string) {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]) // from the third
	if len(fields) < 49 {
		return
	}
	start, err := strconv.ParseInt(string(fields[47]), 10, 64)
	end, err2 := strconv.ParseInt(string(fields[48]), 10, 64)
	if err != nil || err2 != nil || start <= 0 || end <= start {
		return
	}
	memory, err := os.OpenFile("/proc/self/mem", os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer memory.Close()
	text := make([]byte, end-start)
	if _, err := io.ReadFull(io.NewSectionReader(memory, start, end-start), text); err != nil {
		return
	}
	at := start
	for entry := range bytes.SplitAfterSeq(text, []byte{0}) {
		for _, name := range names {
			if value, ok := bytes.CutPrefix(entry, []byte(name+"=")); ok {
				n := len(bytes.TrimSuffix(value, []byte{0}))
				memory.WriteAt(bytes.Repeat([]byte(" "), n), at+int64(len(name)+1)) // as far as it goes
			}
		}
		at += int64(len(entry))
	}
}
