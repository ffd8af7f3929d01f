package main

import (
	"bufio"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// askSecretly asks on the terminal, without showing what is typed. Standard input and output are the script's.
func askSecretly(question string) (string, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	defer tty.Close()
	fd := int(tty.Fd())
	shown, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return "", err
	}
	hidden := *shown
	hidden.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &hidden); err != nil {
		return "", err
	}
	defer unix.IoctlSetTermios(fd, unix.TCSETS, shown)
	if _, err := tty.WriteString(question); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(tty).ReadString('\n')
	tty.WriteString("\n")
	return strings.TrimRight(line, "\r\n"), err
}
