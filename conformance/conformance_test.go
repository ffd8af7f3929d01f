package conformance

import (
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const suite = "github.com/opencontainers/distribution-spec/conformance"

// redesigned is the suite's successor: a program. Two versions of a module do not go into one go.mod.
const redesigned = suite + "@v0.0.0-20260831232431-97274622c111"

// TestDistribution11 runs the suite of version 1.1, all four workflows: pull, push, content discovery and
// content management.
func TestDistribution11(t *testing.T) {
	s, folder := start(t), t.TempDir()
	binary := filepath.Join(folder, "suite")
	run(t, nil, "go", "test", "-c", "-o", binary, suite)
	tests := report(t, folder, binary,
		"OCI_ROOT_URL=http://"+s.host, "OCI_NAMESPACE=local/conformance/one", "OCI_CROSSMOUNT_NAMESPACE=local/conformance/two",
		"OCI_USERNAME=AWS", "OCI_PASSWORD="+s.password, "OCI_HIDE_SKIPPED_WORKFLOWS=0", "OCI_REPORT_DIR="+folder,
		"OCI_TEST_PULL=1", "OCI_TEST_PUSH=1", "OCI_TEST_CONTENT_DISCOVERY=1", "OCI_TEST_CONTENT_MANAGEMENT=1")
	if want := (counts{passed: 74, skipped: 5}); tests != want {
		t.Errorf("got %+v, want %+v", tests, want)
	}
}

// TestRedesigned runs the suite's successor with all that this registry offers: no sha512, and no blob
// mounted from nowhere.
func TestRedesigned(t *testing.T) {
	s, folder := start(t), t.TempDir()
	install := exec.Command("go", "install", redesigned)
	install.Env = append(os.Environ(), "GOBIN="+folder, "GOFLAGS=-buildvcs=false")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("go install: %v\n%s", err, out)
	}
	tests := report(t, folder, filepath.Join(folder, "conformance"),
		"OCI_REGISTRY="+s.host, "OCI_TLS=disabled", "OCI_REPO1=local/conformance/one", "OCI_REPO2=local/conformance/two",
		"OCI_USERNAME=AWS", "OCI_PASSWORD="+s.password, "OCI_RESULTS_DIR="+folder, "OCI_DATA_SHA512=false",
		"OCI_API_BLOBS_UPLOAD_CANCEL=true", "OCI_API_BLOBS_DIGEST_HEADER=true", "OCI_API_MANIFESTS_DIGEST_HEADER=true")
	if want := (counts{passed: 580}); tests != want {
		t.Errorf("got %+v, want %+v", tests, want)
	}
}

type counts struct{ passed, failed, skipped int }

// report runs a suite and reads its JUnit report.
func report(t *testing.T, folder, binary string, environment ...string) counts {
	t.Helper()
	command := exec.Command(binary)
	command.Dir = folder
	command.Env = append(environment, "HOME="+folder, "PATH="+os.Getenv("PATH"))
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("the suite: %v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(folder, "junit.xml"))
	if err != nil {
		t.Fatalf("no report: %v\n%s", err, out)
	}
	return count(t, text)
}

// count counts the cases of a JUnit report. What ginkgo reports before and after the suite is no case.
func count(t *testing.T, text []byte) (n counts) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(text)))
	var testcase struct {
		Name    string    `xml:"name,attr"`
		Skipped *struct{} `xml:"skipped"`
		Failure *struct{} `xml:"failure"`
		Error   *struct{} `xml:"error"`
	}
	for {
		token, err := d.Token()
		if err != nil {
			return n
		}
		element, ok := token.(xml.StartElement)
		if !ok || element.Name.Local != "testcase" {
			continue
		}
		fresh := testcase
		if err := d.DecodeElement(&fresh, &element); err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.HasPrefix(fresh.Name, "[ReportAfterSuite]"):
		case fresh.Failure != nil || fresh.Error != nil:
			n.failed++
		case fresh.Skipped != nil:
			n.skipped++
		default:
			n.passed++
		}
	}
}
