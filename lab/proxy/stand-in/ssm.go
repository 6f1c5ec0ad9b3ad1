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

// parameter reads one of Parameter Store, with what the SDK's default chain finds: the machine's role on a proxy box,
// AWS_ENDPOINT_URL_SSM where a test plays AWS.
func parameter(source sourceConfig) fetch {
	decrypt := source.WithDecryption == nil || *source.WithDecryption
	client := sync.OnceValues(func() (*ssm.Client, error) {
		config, err := loadAWS(context.Background(), source.Region)
		return ssm.NewFromConfig(config), err
	})
	return func(ctx context.Context) (string, error) {
		ssmClient, err := client()
		if err != nil {
			return "", errors.New("no AWS configuration")
		}
		answer, err := ssmClient.GetParameter(ctx, &ssm.GetParameterInput{Name: &source.Name, WithDecryption: &decrypt})
		if err != nil {
			return "", plain(err)
		}
		return aws.ToString(answer.Parameter.Value), nil
	}
}

func loadAWS(ctx context.Context, region string) (aws.Config, error) {
	var options []func(*awsconfig.LoadOptions) error
	if region != "" {
		options = append(options, awsconfig.WithRegion(region))
	}
	return awsconfig.LoadDefaultConfig(ctx, options...)
}

// plain keeps AWS's error code and drops the rest, which may quote what was sent.
func plain(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		return errors.New(api.ErrorCode())
	}
	return errors.New("no answer from Parameter Store")
}
