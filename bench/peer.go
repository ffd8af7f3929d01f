package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// process is a registry that runs on its own, so that its memory can be told from the client's.
type process struct {
	command *exec.Cmd
	host    string
}

// Close ends it.
func (p *process) Close() error {
	p.command.Process.Kill()
	p.command.Wait() // it was killed, and says so
	return nil
}

// peak is the largest resident set so far, in bytes.
func (p *process) peak() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("the system does not tell a process's peak")
}

// openService starts octroid on a folder of its own, for one principal that asks for all it can get.
func openService(path, folder string) (*process, *house, error) {
	config, address := filepath.Join(folder, "config.yaml"), filepath.Join(folder, "address")
	settings := "registry:\n  anonymousPull: false\nlimits:\n  requestRate: 0\n  failureRate: 0\n  tags: 0\n"
	if err := os.WriteFile(config, []byte(settings), 0o600); err != nil {
		return nil, nil, err
	}
	data := filepath.Join(folder, "data")
	p := &process{command: exec.Command(path, "serve", "--config", config, "--data", data, "--listen", "127.0.0.1:0", "--address-file", address)}
	if err := p.command.Start(); err != nil {
		return nil, nil, fmt.Errorf("%w: make build makes it", err)
	}
	for end := time.Now().Add(30 * time.Second); p.host == ""; time.Sleep(5 * time.Millisecond) {
		text, err := os.ReadFile(address)
		if err != nil && time.Now().After(end) {
			return nil, nil, errors.Join(errors.New("octroid does not open its port"), p.Close())
		}
		p.host = string(text)
	}
	key, err := addUser(context.Background(), data)
	if err != nil {
		return nil, nil, errors.Join(err, p.Close())
	}
	return p, &house{folder: folder, host: p.host, key: key}, nil
}

// listening is the line in which the stock registry says where it listens.
var listeningLine = regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)

// openStock starts Distribution's registry with the settings that it ships with, on a folder of its own.
func openStock(path, folder string) (*process, error) {
	config := filepath.Join(folder, "stock.yml")
	settings := "version: 0.1\nlog:\n  accesslog:\n    disabled: true\nstorage:\n  cache:\n    blobdescriptor: inmemory\n  filesystem:\n    rootdirectory: " +
		filepath.Join(folder, "stock") + "\nhttp:\n  addr: 127.0.0.1:0\n"
	if err := os.WriteFile(config, []byte(settings), 0o600); err != nil {
		return nil, err
	}
	p := &process{command: exec.Command(path, "serve", config)}
	p.command.Env = []string{"OTEL_TRACES_EXPORTER=none", "HOME=" + folder}
	output, err := p.command.StderrPipe()
	if err == nil {
		err = p.command.Start()
	}
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if found := listeningLine.FindStringSubmatch(lines.Text()); found != nil {
			p.host = found[1]
			go io.Copy(io.Discard, output) // ends with the process
			return p, nil
		}
	}
	return nil, errors.Join(errors.New("the stock registry does not say where it listens"), p.Close())
}
