package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

func signer(t *testing.T) *awsAuth {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "placeholder-of-the-role")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "not-a-real-key")
	var node yaml.Node
	text := `{credentials_provider: {type: workload_identity}, allowed_services: [bedrock], allowed_regions: [us-east-1], rules: [{host: h, methods: [POST]}]}`
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	config := &Config{}
	config.Proxy.MaxRequestBodyBytes = 8
	built, err := newAWSAuth(*node.Content[0], config)
	if err != nil {
		t.Fatal(err)
	}
	auth := built.(*awsAuth)
	auth.now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	return auth
}

func signedRequest(body, service, region string) *http.Request {
	request := httptest.NewRequest("POST", "https://h/model/a%3A0/invoke?b=1&a=2", strings.NewReader(body))
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDPLACEHOLDER/20260101/"+region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=00")
	request.Header.Set("X-Amz-Date", "20260101T000000Z")
	request.Header.Set("X-Amz-Security-Token", "the agent's")
	request.Header.Set("Content-Type", "application/json")
	return request
}

func TestASignatureIsReplacedByOneOfTheMachinesRole(t *testing.T) {
	request := signedRequest("{}", "bedrock", "us-east-1")
	if no, err := signer(t).apply(request, map[string]any{}); no != nil || err != nil {
		t.Fatal(no, err)
	}
	authorization := request.Header.Get("Authorization")
	if !strings.HasPrefix(authorization, "AWS4-HMAC-SHA256 Credential=placeholder-of-the-role/20260102/us-east-1/bedrock/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-date, Signature=") {
		t.Error(authorization)
	}
	if request.Header.Get("X-Amz-Date") != "20260102T030405Z" || request.Header.Get("X-Amz-Security-Token") != "" {
		t.Error(request.Header)
	}
	if body, _ := io.ReadAll(request.Body); string(body) != "{}" {
		t.Errorf("the body is now %q", body)
	}
	other := signedRequest("[]", "bedrock", "us-east-1")
	if _, err := signer(t).apply(other, map[string]any{}); err != nil || other.Header.Get("Authorization") == authorization {
		t.Error("another body has the same signature", err)
	}
}

func TestARequestThatCannotBeSignedIsRefused(t *testing.T) {
	unsigned := signedRequest("{}", "bedrock", "us-east-1")
	unsigned.Header.Del("Authorization")
	bearer := signedRequest("{}", "bedrock", "us-east-1")
	bearer.Header.Set("Authorization", "Bearer x")
	chunked := signedRequest("{}", "bedrock", "us-east-1")
	chunked.ContentLength = -1
	streamed := signedRequest("{}", "bedrock", "us-east-1")
	streamed.Header.Set("X-Amz-Content-Sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
	for shows, each := range map[string]struct {
		request *http.Request
		status  int
	}{
		"no signature":              {unsigned, 400},
		"another kind of it":        {bearer, 400},
		"a body in chunks":          {chunked, 400},
		"a body signed in chunks":   {streamed, 400},
		"a body beyond the limit":   {signedRequest("123456789", "bedrock", "us-east-1"), 413},
		"another service":           {signedRequest("{}", "s3", "us-east-1"), 403},
		"another region":            {signedRequest("{}", "bedrock", "eu-west-1"), 403},
		"a service inside the name": {signedRequest("{}", "x/bedrock", "us-east-1"), 400},
	} {
		if no, err := signer(t).apply(each.request, map[string]any{}); err != nil || no == nil || no.status != each.status {
			t.Errorf("%s: %+v %v", shows, no, err)
		}
	}
}

func TestARequestWithoutARuleIsNotSigned(t *testing.T) {
	get, connect := signedRequest("{}", "s3", "us-east-1"), httptest.NewRequest("CONNECT", "h:443", nil)
	get.Method = "GET"
	for _, request := range []*http.Request{get, connect} {
		before := request.Header.Get("Authorization")
		if no, err := signer(t).apply(request, map[string]any{}); no != nil || err != nil || request.Header.Get("Authorization") != before {
			t.Error(request.Method, no, err)
		}
	}
}
