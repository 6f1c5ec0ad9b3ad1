import { setTimeout as pause } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  EC2Client,
  type Tag,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { auditLogGroup, STATE_ATTACHMENT_TYPE, TAG_AGENT, TAG_PART } from '../../../constructs/names';
import { ensureAgentSecrets } from '../../../constructs/provider/resources/agent-secrets/agent-secrets';
import { ParameterStore } from '../../../constructs/provider/resources/agent-secrets/parameter-store';
import { readAgentSecrets } from '../../../constructs/provider/resources/agent-secrets/properties';
import type { StackTemplate, TemplateResource } from '../../stack/synthesise';
import type { Moto } from './moto';
import { playable } from './playable';

const CLOUDFORMATION = '2010-05-15';
const STACK = 'airlock';

/** The synthesised stack, deployed by moto's CloudFormation, and what its machines and operators do later. */
export class DeployedStack {
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
  readonly logs: CloudWatchLogsClient;
  private ids: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly moto: Moto,
    private readonly template: StackTemplate,
  ) {
    const settings = {
      endpoint: moto.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'placeholder', secretAccessKey: 'not-a-real-key' },
    };
    this.ec2 = new EC2Client(settings);
    this.ssm = new SSMClient(settings);
    this.logs = new CloudWatchLogsClient(settings);
  }

  /** Anew, whatever was there. */
  async deploy(): Promise<void> {
    await this.moto.reset();
    await this.put(String(this.template.Parameters?.BootstrapVersion?.Default), '30');
    const of = { StackName: STACK };
    const TemplateBody = JSON.stringify(playable(this.template));
    await this.moto.query('cloudformation', CLOUDFORMATION, 'CreateStack', { ...of, TemplateBody });
    const made = await this.moto.query('cloudformation', CLOUDFORMATION, 'DescribeStackResources', of);
    this.ids = new Map(
      [...made.matchAll(/<member>.*?<\/member>/gs)].map(([text]) => [
        tagText(text, 'LogicalResourceId'),
        tagText(text, 'PhysicalResourceId'),
      ]),
    );
    await Promise.all(this.of('Custom::AirlockAgentSecrets').map((entry) => this.makeSecrets(entry)));
    await Promise.all(this.of('AWS::EC2::Volume').map((entry) => this.tag(entry)));
    await Promise.all(this.of(STATE_ATTACHMENT_TYPE).map(([, resource]) => this.attach(resource)));
  }

  /** @param what a part, by its tag, or the type of which an agent has one */
  id(agent: string, what: string): string {
    const found = Object.entries(this.template.Resources).filter(
      ([, resource]) =>
        tagOf(resource, TAG_AGENT) === agent &&
        (resource.Type === what ||
          // The groups of a machine carry its part too.
          (tagOf(resource, TAG_PART) === what && resource.Type !== 'AWS::EC2::SecurityGroup')),
    );
    const [entry] = found;
    if (!entry || found.length > 1) throw new Error(`${found.length} of ${what} belong to ${agent}`);
    return this.physical(entry[0]);
  }

  /** The tags that the template gives a part, as somebody copies them who starts it by hand. */
  tags(agent: string, part: string): Tag[] {
    const found = Object.values(this.template.Resources).find(
      (resource) =>
        resource.Type !== 'AWS::EC2::SecurityGroup' &&
        tagOf(resource, TAG_AGENT) === agent &&
        tagOf(resource, TAG_PART) === part,
    );
    return found?.Properties.Tags;
  }

  async put(Name: string, Value: string, KeyId?: string): Promise<void> {
    const Type = KeyId ? 'SecureString' : 'String';
    await this.ssm.send(new PutParameterCommand({ Name, Value, KeyId, Type, Overwrite: true }));
  }

  async snapshot(VolumeId: string): Promise<void> {
    await this.ec2.send(new CreateSnapshotCommand({ VolumeId }));
  }

  /** Lines of a stream of their own, oldest first, each at its time. */
  async log(agent: string, lines: readonly string[], at = new Date(), stream = 'requests'): Promise<void> {
    const of = { logGroupName: auditLogGroup(STACK, agent), logStreamName: stream };
    await this.logs.send(new CreateLogStreamCommand(of));
    const most = 10_000;
    for (let first = 0; first < lines.length; first += most) {
      const logEvents = lines
        .slice(first, first + most)
        .map((message) => ({ message, timestamp: at.getTime() }));
      await this.logs.send(new PutLogEventsCommand({ ...of, logEvents }));
    }
  }

  /** As the deployment's custom resource does it. */
  private async makeSecrets([logical, { Properties }]: [string, TemplateResource]): Promise<void> {
    const { KeyArn, ServiceToken: _, ...more } = Properties;
    const wanted = readAgentSecrets({ ...more, KeyArn: keyArn(this.physical(KeyArn['Fn::GetAtt'][0])) });
    const store = new ParameterStore(this.ssm, AbortSignal.timeout(60_000));
    await ensureAgentSecrets(store, wanted, undefined, logical, { now: () => new Date(), pause });
  }

  /** moto's CloudFormation forgets a volume's tags, and attaches none. */
  private async tag([logical, { Properties }]: [string, TemplateResource]): Promise<void> {
    await this.ec2.send(
      new CreateTagsCommand({ Resources: [this.physical(logical)], Tags: Properties.Tags }),
    );
  }

  private async attach({ Properties }: TemplateResource): Promise<void> {
    const { Device, InstanceId, VolumeId } = Properties;
    await this.ec2.send(
      new AttachVolumeCommand({
        Device,
        InstanceId: this.physical(InstanceId.Ref),
        VolumeId: this.physical(VolumeId.Ref),
      }),
    );
  }

  private of(type: string): [string, TemplateResource][] {
    return Object.entries(this.template.Resources).filter(([, { Type }]) => Type === type);
  }

  private physical(logical: string): string {
    const id = this.ids.get(logical);
    if (!id) throw new Error(`moto made no ${logical}`);
    return id;
  }
}

function tagOf({ Properties }: TemplateResource, key: string): string | undefined {
  const tags: unknown = Properties?.Tags;
  return Array.isArray(tags) ? tags.find(({ Key }: Tag) => Key === key)?.Value : undefined;
}

function tagText(xml: string, tag: string): string {
  return new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(xml)?.[1] ?? '';
}

/** moto's account. */
function keyArn(id: string): string {
  return `arn:aws:kms:us-east-1:123456789012:key/${id}`;
}
