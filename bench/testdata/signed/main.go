// Command signed gets a token by net/http and a signature made by hand, and does nothing else: the floor of a client
// that uses net/http.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	token, err := get(os.Args[1], os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(token)
}

func get(url, id, secret string) (string, error) {
	const body, kind, target = "{}", "application/x-amz-json-1.1", "SpencerFrontendService.GetAuthorizationToken"
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	at := time.Now().UTC().Format("20060102T150405Z")
	const names = "content-type;host;x-amz-date;x-amz-target"
	canonical := "POST\n/\n\ncontent-type:" + kind + "\nhost:" + r.URL.Host + "\nx-amz-date:" + at + "\nx-amz-target:" + target + "\n\n" +
		names + "\n" + sum(body)
	scope := at[:8] + "/us-east-1/ecr-public/aws4_request"
	key := mac(mac(mac(mac([]byte("AWS4"+secret), at[:8]), "us-east-1"), "ecr-public"), "aws4_request")
	signature := hex.EncodeToString(mac(key, "AWS4-HMAC-SHA256\n"+at+"\n"+scope+"\n"+sum(canonical)))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("X-Amz-Date", at)
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+id+"/"+scope+", SignedHeaders="+names+", Signature="+signature)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var output struct {
		AuthorizationData struct{ AuthorizationToken string }
	}
	err = json.NewDecoder(answer.Body).Decode(&output)
	return output.AuthorizationData.AuthorizationToken, err
}

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

func mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}
