package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"gopkg.in/yaml.v3"
)

// awsAuth replaces a client's AWS signature, made with any keys, with one of the machine's own role. Service and region of
// the client's signature must be in the lists.
type awsAuth struct {
	Provider struct {
		Type string `yaml:"type"`
	} `yaml:"credentials_provider"`
	AllowedServices []string `yaml:"allowed_services"`
	AllowedRegions  []string `yaml:"allowed_regions"`
	Rules           Rules    `yaml:"rules"`

	// maxBody is in bytes: a body must be held in memory to be signed.
	maxBody     int64
	credentials func(context.Context) (aws.Credentials, error)
}

func newAWSAuth(node yaml.Node, config *Config) (transform, error) {
	auth := &awsAuth{maxBody: config.Proxy.MaxRequestBodyBytes}
	if err := node.Decode(auth); err != nil {
		return nil, err
	}
	if auth.Provider.Type != "workload_identity" {
		return nil, fmt.Errorf("credentials_provider.type: must be workload_identity, not %q", auth.Provider.Type)
	}
	load := sync.OnceValues(func() (aws.Config, error) { return awsconfig.LoadDefaultConfig(context.Background()) })
	auth.credentials = func(ctx context.Context) (aws.Credentials, error) {
		config, err := load()
		if err != nil || config.Credentials == nil {
			return aws.Credentials{}, errors.New("no AWS credentials")
		}
		return config.Credentials.Retrieve(ctx)
	}
	return auth, auth.Rules.check("config")
}

// scope finds date, region and service in a Signature Version 4 header.
var scope = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=[^/,\s]+/([0-9]{8})/([^/,\s]+)/([^/,\s]+)/aws4_request\s*,`)

func (auth *awsAuth) apply(request *http.Request, notes map[string]any) (*refusal, error) {
	if !auth.Rules.match(request) {
		return nil, nil
	}
	found := scope.FindStringSubmatch(request.Header.Get("Authorization"))
	if found == nil {
		return &refusal{status: http.StatusBadRequest, reason: "the request has no AWS signature to replace"}, nil
	}
	region, service := found[2], found[3]
	if !slices.Contains(auth.AllowedServices, service) || !slices.Contains(auth.AllowedRegions, region) {
		return &refusal{status: http.StatusForbidden, reason: "the signature is for another service or region"}, nil
	}
	body, err := holdBody(request, auth.maxBody)
	if errors.Is(err, errBodyTooLarge) {
		return &refusal{status: http.StatusRequestEntityTooLarge, reason: err.Error()}, nil
	}
	if err != nil {
		return nil, err
	}
	if err := auth.sign(request, body, service, region); err != nil {
		return nil, err
	}
	notes["signed"] = service + "/" + region
	return nil, nil
}

// sign covers the host, the type of the body and every x-amz header but the client's own signature.
func (auth *awsAuth) sign(request *http.Request, body []byte, service, region string) error {
	keys, err := auth.credentials(request.Context())
	if err != nil {
		return errors.New("no AWS credentials")
	}
	for _, header := range []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token"} {
		request.Header.Del(header)
	}
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
	asked := &http.Request{Method: request.Method, Host: request.Host, Header: http.Header{}, ContentLength: request.ContentLength}
	address := *request.URL
	address.Scheme, address.Host = "https", request.Host
	asked.URL = &address
	for header, values := range request.Header {
		if header == "Content-Type" || strings.HasPrefix(header, "X-Amz-") {
			asked.Header[header] = values
		}
	}
	err = v4.NewSigner().SignHTTP(request.Context(), keys, asked, digest, service, region, time.Now())
	for header, values := range asked.Header {
		request.Header[header] = values
	}
	return err
}
