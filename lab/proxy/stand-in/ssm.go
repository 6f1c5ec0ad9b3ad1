package main

import (
	"context"
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/smithy-go"
)

// parameter reads a parameter of Parameter Store with the SDK's default credentials: the machine's role on a proxy box;
// AWS_ENDPOINT_URL_SSM in a test.
func parameter(name string) fetch {
	client := sync.OnceValues(func() (*ssm.Client, error) {
		config, err := awsconfig.LoadDefaultConfig(context.Background())
		return ssm.NewFromConfig(config), err
	})
	return func(ctx context.Context) (string, error) {
		ssmClient, err := client()
		if err != nil {
			return "", errors.New("no AWS configuration")
		}
		answer, err := ssmClient.GetParameter(ctx, &ssm.GetParameterInput{Name: &name, WithDecryption: aws.Bool(true)})
		if err != nil {
			return "", plain(err)
		}
		return aws.ToString(answer.Parameter.Value), nil
	}
}

// plain keeps AWS's error code and drops the rest, which may quote what was sent.
func plain(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		return errors.New(api.ErrorCode())
	}
	return errors.New("no answer from Parameter Store")
}
