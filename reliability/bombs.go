package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// bombs sends requests that are small and cost much to read, a thousand a second of all kinds at once, in a group of
// 512 MiB. Callers' rates are limited as by default.
func bombs(ctx context.Context, r *run) ([]figure, error) {
	n, err := r.newNode("")
	if err != nil {
		return nil, err
	}
	var without *cannotRun
	g, err := r.confine(n, 512<<20, &without)
	if err != nil {
		return nil, err
	}
	if err := n.start(ctx); err != nil {
		return nil, err
	}
	a, err := bombing(ctx, n, r.count(1000))
	if err != nil {
		return nil, err
	}
	b, err := r.besiege(ctx, n, r.time(30*time.Second), a)
	if err != nil {
		return nil, err
	}
	seen := b.reports[0]
	figures := append([]figure{
		told("bombs", fmt.Sprintf("%d kinds, %.0f a second, answers %v", len(a.Requests), float64(seen.Sent)/seen.Seconds, seen.Status)),
		zero("answered by a mistake of ours (500)", seen.Status[500]),
	}, b.figures(256<<20)...)
	return append(figures, confined(g, without, n)...), nil
}

// bombing is an attack of all kinds of bombs at a rate, from fifty networks, by ten users who may ask for tokens, and
// for what policies say.
func bombing(ctx context.Context, n *node, rate int) (assault, error) {
	stars := strings.Repeat("*a", 500) + "b"
	users, err := n.guests(ctx, "bomber", 10, `{"Version":"2012-10-17","Statement":[`+
		`{"Effect":"Allow","Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken","sts:GetFederationToken","iam:SimulateCustomPolicy"],"Resource":"*"},`+
		`{"Effect":"Allow","Action":"ecr-public:*","Resource":"arn:aws:ecr-public::*:repository/`+stars+`"}]}`)
	if err != nil {
		return assault{}, err
	}
	a := assault{Kind: "flood", Host: n.host, Count: 50, Rate: rate}
	for _, key := range users {
		l, err := newCaller(n.host, key, 10*time.Second).token(ctx)
		if err != nil {
			return a, err
		}
		for _, o := range append(jsonBombs(), append(globBombs(stars), tokenBombs()...)...) {
			if strings.Contains(o.body, "AssumeRoleWithWebIdentity") {
				key = aws.Credentials{}
			}
			wire, err := o.signed(n.host, key)
			if err != nil {
				return a, err
			}
			a.Requests = append(a.Requests, wire)
		}
		a.Requests = append(a.Requests, registryBombs(n.host, l)...)
	}
	return a, nil
}

const formType = "application/x-www-form-urlencoded"

// bombSize is a little less than a body may be.
const bombSize = 60 << 10

func jsonBombs() (all []operation) {
	for _, body := range []string{
		strings.Repeat("[", bombSize), strings.Repeat(`{"a":`, bombSize/5), "[" + strings.Repeat("1,", bombSize/2) + "1]",
		`{"a":"` + strings.Repeat(`\u0061`, bombSize/6) + `"}`, "{" + strings.Repeat(`"a":1,`, bombSize/6) + `"b":1}`,
	} {
		all = append(all, operation{"ecr-public", "application/x-amz-json-1.1", "SpencerFrontendService.GetAuthorizationToken", body})
	}
	return all
}

func globBombs(stars string) (all []operation) {
	policy := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"` + stars + `"}}`
	federate := url.Values{"Action": {"GetFederationToken"}, "Version": {"2011-06-15"}, "Name": {"bomber"}, "Policy": {policy}}
	simulate := url.Values{"Action": {"SimulateCustomPolicy"}, "Version": {"2010-05-08"}, "PolicyInputList.member.1": {policy}, "ActionNames.member.1": {"s3:GetObject"}}
	for i := range 10 {
		simulate.Set(fmt.Sprintf("ResourceArns.member.%d", i+1), "arn:aws:s3:::"+strings.Repeat("a", 1900)+fmt.Sprint(i))
	}
	return append(all, operation{"sts", formType, "", federate.Encode()}, operation{"iam", formType, "", simulate.Encode()})
}

func tokenBombs() (all []operation) {
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for _, token := range []string{
		strings.Repeat(".", 20_000), strings.Repeat("a.", 9_000),
		part(`{"alg":"RS256","kid":"k","x":`+strings.Repeat("[", 7000)) + "." + part(`{}`) + "." + part("s"),
		part(`{"alg":"RS256","kid":"k"}`) + "." + part(`{"iss":"https://nobody.example.com","sub":"s","aud":[`+strings.Repeat(`"a",`, 3000)+`"a"]}`) + "." + part("s"),
		part(`{"alg":"RS256","kid":"`+strings.Repeat("k", 9000)+`"}`) + "." + part(`{"iss":"https://nobody.example.com","sub":"s","aud":"a"}`) + "." + part("s"),
	} {
		form := url.Values{"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"}, "RoleArn": {"arn:aws:iam::123456789012:role/r"},
			"RoleSessionName": {"bomber"}, "WebIdentityToken": {token}}
		all = append(all, operation{"sts", formType, "", form.Encode()})
	}
	return all
}

// registryBombs are forged tokens as long as a header, long names, scopes without end and manifests that are bombs.
func registryBombs(host string, l login) [][]byte {
	long := "/v2/local/" + strings.Repeat("a", 200)
	manifest := `{"schemaVersion":2,"x":` + strings.Repeat("[", bombSize)
	return [][]byte{
		head(host, http.MethodGet, "/v2/", login{}, "Authorization: Bearer "+strings.Repeat("A", 12_000)),
		head(host, http.MethodGet, long+"/manifests/v1", l),
		head(host, http.MethodGet, "/token/?service="+host+strings.Repeat("&scope=repository:local/a:pull", 100), l),
		append(head(host, http.MethodPut, long+"/manifests/v1", l, "Content-Type: "+manifestType, fmt.Sprint("Content-Length: ", len(manifest))), manifest...),
	}
}
