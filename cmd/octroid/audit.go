package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/octroi/octroi/audit"
)

func auditCommand(s streams) *cobra.Command {
	return group("audit", "Show, verify and export the record of every decision, also while the service runs",
		auditTail(s), auditVerify(s), auditExport(s))
}

func auditTail(s streams) *cobra.Command {
	p := s.place()
	var n int
	var follow bool
	c := &cobra.Command{Use: "tail --data DIR", Short: "Show the last records, a line each", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := p.folder()
			if err != nil {
				return err
			}
			show := func(r audit.Record) error { return showRecord(s.out, r, p.json) }
			last, err := lastRecords(folder, n)
			for _, r := range last {
				err = errors.Join(err, show(r))
			}
			if err != nil || !follow {
				return err
			}
			from := uint64(0)
			if len(last) > 0 {
				from = last[len(last)-1].Sequence
			}
			return followRecords(cmd.Context(), folder, from, show)
		}}
	c.Flags().IntVarP(&n, "lines", "n", 20, "how many records")
	c.Flags().BoolVarP(&follow, "follow", "f", false, "go on with new records until interrupted")
	return p.flags(c)
}

// lastRecords are the newest n, the oldest of them first.
func lastRecords(folder string, n int) ([]audit.Record, error) {
	last := []audit.Record{}
	err := audit.Backward(folder, func(r audit.Record) error {
		if len(last) >= n {
			return audit.ErrStop
		}
		last = append(last, r)
		return nil
	})
	for i, j := 0, len(last)-1; i < j; i, j = i+1, j-1 {
		last[i], last[j] = last[j], last[i]
	}
	return last, err
}

// followRecords shows what comes after a record, until ctx ends.
func followRecords(ctx context.Context, folder string, from uint64, show func(audit.Record) error) error {
	for {
		var fresh []audit.Record
		err := audit.Backward(folder, func(r audit.Record) error {
			if r.Sequence <= from {
				return audit.ErrStop
			}
			fresh = append(fresh, r)
			return nil
		})
		for i := len(fresh) - 1; i >= 0; i-- {
			err = errors.Join(err, show(fresh[i]))
			from = fresh[i].Sequence
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// showRecord prints a record: the line itself, or what a person wants to know of it.
func showRecord(w io.Writer, r audit.Record, asJSON bool) error {
	if asJSON {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s\n", line)
		return err
	}
	what := r.What()
	if r.Resource != "" {
		what += " on " + r.Resource
	}
	line := fmt.Sprintf("%.19sZ %-8s %s: %s", r.Time, r.Outcome, r.Who(), what)
	if r.Code != "" {
		line += " (" + r.Code + ")"
	}
	_, err := fmt.Fprintf(w, "%s\n", printableLine(line))
	return err
}

func auditVerify(s streams) *cobra.Command {
	p := s.place()
	var key, deployment string
	c := &cobra.Command{Use: "verify --data DIR", Short: "Check the chain of records and its signed head",
		Long: "Check the chain of records and its signed head, and name the first record that was altered, removed or moved.\n\n" +
			"Elsewhere than on the service's machine, copy the files audit* there and say --public-key and --deployment,\n" +
			"which this command prints where the service's data is.",
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := p.folder()
			if err != nil {
				return err
			}
			v := audit.Verifier{Folder: folder, PublicKey: key, Deployment: deployment}
			if key == "" || deployment == "" {
				if v, err = p.keys.AuditVerifier(cmd.Context(), folder); err != nil {
					return err
				}
			}
			r, err := v.Verify()
			if err != nil {
				return fmt.Errorf("the audit log is not as it was written: %w", err)
			}
			return showReport(s, p, r, v)
		}}
	c.Flags().StringVar(&key, "public-key", "", "the key that the head is verified with (64 hexadecimal digits)")
	c.Flags().StringVar(&deployment, "deployment", "", "the service that the log is of")
	return p.flags(c)
}

func showReport(s streams, p place, r audit.Report, v audit.Verifier) error {
	if p.json {
		return printJSON(s.out, struct {
			From       uint64 `json:"from"`
			To         uint64 `json:"to"`
			Head       uint64 `json:"head"`
			HeadTime   string `json:"headTime"`
			PublicKey  string `json:"publicKey"`
			Deployment string `json:"deployment"`
		}{r.From, r.To, r.Head.Sequence, r.Head.Time, v.PublicKey, v.Deployment})
	}
	fmt.Fprintf(s.out, "records %d to %d are as they were written; the head of %s says %d\n", r.From, r.To, r.Head.Time, r.Head.Sequence)
	if r.From > 1 {
		fmt.Fprintf(s.out, "records before %d are in files that are not here\n", r.From)
	}
	_, err := fmt.Fprintf(s.out, "to verify elsewhere: --public-key %s --deployment %s\n", v.PublicKey, v.Deployment)
	return err
}

func auditExport(s streams) *cobra.Command {
	p := s.place()
	var since, until, format string
	c := &cobra.Command{Use: "export --data DIR", Short: "Print the records of a time, as lines or as a CloudTrail file", Args: exactly(0),
		RunE: func(*cobra.Command, []string) error {
			folder, err := p.folder()
			if err != nil {
				return err
			}
			from, err := moment("--since", since, time.Time{})
			if err != nil {
				return err
			}
			to, err := moment("--until", until, time.Now().Add(24*time.Hour))
			if err != nil {
				return err
			}
			w, err := newExporter(s.out, format)
			if err != nil {
				return err
			}
			err = audit.Read(folder, func(r audit.Record) error {
				at, err := time.Parse(time.RFC3339Nano, r.Time)
				if err != nil {
					return fmt.Errorf("record %d: %w", r.Sequence, err)
				}
				if at.Before(from) || !at.Before(to) {
					return nil
				}
				return w.write(r)
			})
			return errors.Join(err, w.end())
		}}
	c.Flags().StringVar(&since, "since", "", "first moment (2026-01-31T00:00:00Z, or 24h for that long ago)")
	c.Flags().StringVar(&until, "until", "", "first moment that is not printed any more")
	c.Flags().StringVar(&format, "format", "jsonl", "jsonl, or cloudtrail for one object with Records")
	return p.flags(c)
}

// moment reads a time, or a duration before now.
func moment(flag, text string, otherwise time.Time) (time.Time, error) {
	if text == "" {
		return otherwise, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return time.Now().Add(-ago), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, errUsage{fmt.Errorf("%s %q is no time: write 2026-01-31T00:00:00Z, or 24h for that long ago", flag, text)}
	}
	return at, nil
}

// exporter writes records one after the other: the log can be larger than memory.
type exporter struct {
	w             io.Writer
	before, after string
	between       string
	any           bool
}

func newExporter(w io.Writer, format string) (*exporter, error) {
	switch format {
	case "jsonl":
		return &exporter{w: w, between: "\n", after: "\n"}, nil
	case "cloudtrail":
		return &exporter{w: w, before: `{"Records":[`, between: ",\n", after: "]}\n"}, nil
	}
	return nil, errUsage{fmt.Errorf("--format %q is none of jsonl, cloudtrail", format)}
}

func (e *exporter) write(r audit.Record) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	before := e.between
	if !e.any {
		before, e.any = e.before, true
	}
	_, err = fmt.Fprintf(e.w, "%s%s", before, line)
	return err
}

func (e *exporter) end() error {
	if !e.any {
		if e.before == "" {
			return nil
		}
		_, err := io.WriteString(e.w, e.before+e.after)
		return err
	}
	_, err := io.WriteString(e.w, e.after)
	return err
}
