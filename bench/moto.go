package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"time"
)

// againstMoto compares with moto's ECR server, where it is installed: what teams test with today. It verifies nothing,
// decides nothing and records nothing.
func againstMoto(out io.Writer, o options, ours target) error {
	path, err := exec.LookPath("moto_server")
	if err != nil {
		fmt.Fprintln(out, "moto's ECR server: skipped: not installed")
		return nil
	}
	address, stop, err := startMoto(path)
	if err != nil {
		fmt.Fprintln(out, "moto's ECR server: skipped:", err)
		return nil
	}
	defer stop()
	text := "POST / HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 2\r\n" +
		"X-Amz-Target: AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken\r\n" +
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/ecr/aws4_request, SignedHeaders=host, Signature=00\r\n\r\n{}"
	moto := oneShot{target{address, [][]byte{[]byte(text)}, http.StatusOK}}
	c, err := takeTurns(o, 4, side{"octroid", ours}, side{"moto", moto})
	if err != nil {
		return fmt.Errorf("moto's ECR server: %w", err)
	}
	c.rates(out, "the second: moto's ECR, 4 connections")
	return nil
}

func startMoto(path string) (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	address = l.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	if err := l.Close(); err != nil {
		return "", nil, err
	}
	c := exec.Command(path, "-H", "127.0.0.1", "-p", port)
	if err := c.Start(); err != nil {
		return "", nil, err
	}
	stop = func() { c.Process.Kill(); c.Wait() }
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address); err == nil {
			return address, stop, conn.Close()
		}
	}
	stop()
	return "", nil, errors.New("it does not open its port")
}

// oneShot is a target that closes each connection after its answer.
type oneShot struct{ target }

func (t oneShot) run(connections int, d time.Duration) (speed, error) {
	return during(connections, d, func(int, int) error {
		c, err := dial(t.address)
		if err != nil {
			return err
		}
		defer c.Close()
		_, err = c.exchange(t.requests[0], t.status)
		return err
	})
}
