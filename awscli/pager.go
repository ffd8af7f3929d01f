package awscli

import (
	"bytes"
	"errors"
	"os"
	"os/exec"

	"github.com/octroi/octroi/internal/pyvalue"
)

// pager is the command line of the pager, empty for none: only a terminal has one, and only until the user says
// otherwise.
func (r *run) pager() string {
	if r.Columns == 0 || r.given.noPager {
		return ""
	}
	if r.settings.Pager != nil {
		return *r.settings.Pager
	}
	if p, ok := r.environment("PAGER"); ok {
		return p
	}
	return "less"
}

// pageThrough runs the pager. It is split into words as a shell would, and run without one.
func (r *run) pageThrough(text []byte, pager string) error {
	words, err := splitWords(pager)
	if err != nil {
		return &Failure{Kind: "Pager", Exit: ExitConfiguration, Message: err.Error()}
	}
	if len(words) == 0 {
		return r.write(string(text))
	}
	cmd := exec.CommandContext(r.ctx, words[0], words[1:]...)
	cmd.Stdin = bytes.NewReader(text)
	cmd.Stdout, cmd.Stderr = r.Stdout, r.Stderr
	cmd.Env = r.Env
	if _, ok := r.environment("LESS"); !ok {
		cmd.Env = append(cmd.Env, "LESS=FRX")
	}
	err = cmd.Run()
	var left *exec.ExitError
	switch {
	case err == nil || errors.As(err, &left) || isBroken(err): // a pager that was left early is no failure
		return nil
	case errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist):
		return pagerFailure("[Errno 2] No such file or directory: '" + words[0] + "'")
	case errors.Is(err, os.ErrPermission):
		return pagerFailure("[Errno 13] Permission denied: '" + words[0] + "'")
	}
	return pagerFailure(err.Error())
}

func pagerFailure(reason string) error {
	return &Failure{Exit: ExitConfiguration, Kind: "Pager",
		Message: "Unable to redirect output to pager. Received the following error when opening pager:\n" + reason +
			"\n\nLearn more about configuring the output pager by running \"aws help config-vars\"."}
}

// What is wrong with a line that cannot be split into words.
const (
	errQuotation = pyvalue.Error("No closing quotation")
	errEscape    = pyvalue.Error("No escaped character")
)

// splitWords splits a line as a shell does: white space, both quotes, backslashes. Nothing is expanded.
func splitWords(line string) (words []string, err error) {
	var word []byte
	inWord := false
	var quote byte
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case c == '\\' && quote != '\'':
			if i+1 == len(line) {
				return nil, errEscape
			}
			i++
			if quote == '"' && line[i] != '"' && line[i] != '\\' {
				word = append(word, '\\')
			}
			word, inWord = append(word, line[i]), true
		case quote != 0:
			word = append(word, c)
		case c == '\'' || c == '"':
			quote, inWord = c, true
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if inWord {
				words = append(words, string(word))
			}
			word, inWord = nil, false
		default:
			word, inWord = append(word, c), true
		}
	}
	if quote != 0 {
		return nil, errQuotation
	}
	if inWord {
		words = append(words, string(word))
	}
	return words, nil
}
