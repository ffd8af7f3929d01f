package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// bills writes the bill of materials of each program: the modules, with their sums, that the binary itself says it was
// linked of, and the version of Go.
func (j job) bills(ctx context.Context) error {
	for _, p := range products {
		for _, t := range p.targets {
			for _, program := range p.programs {
				path := filepath.Join(j.out, program+"_"+j.version+"_"+t.String()+".cdx.json")
				if err := j.bill(ctx, programPath(j.work, program, t), path); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (j job) bill(ctx context.Context, program, path string) error {
	text, err := output(exec.CommandContext(ctx, "cyclonedx-gomod", "bin", "-json", "-std", "-noserial", "-notimestamp",
		"-version", "v"+j.version, program))
	if err != nil {
		return fmt.Errorf("%w (make release-tools installs cyclonedx-gomod)", err)
	}
	var bill map[string]any
	if err := json.Unmarshal([]byte(text), &bill); err != nil {
		return fmt.Errorf("reading the bill of %s: %w", program, err)
	}
	forgetTool(bill)
	b, err := json.MarshalIndent(bill, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}

// forgetTool leaves out the hashes of the program that made the bill: it is another file on another machine.
func forgetTool(bill map[string]any) {
	metadata, _ := bill["metadata"].(map[string]any)
	tools, _ := metadata["tools"].([]any)
	for _, t := range tools {
		if tool, ok := t.(map[string]any); ok {
			delete(tool, "hashes")
		}
	}
}
