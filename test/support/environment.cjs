// The CloudFormation linter inside aws-cdk-lib costs one to two seconds a process; one test of its own runs it.
process.env.CDK_VALIDATION ??= 'false';
