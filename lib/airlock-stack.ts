import {
  Annotations,
  Aws,
  CfnResource,
  DefaultStackSynthesizer,
  Stack,
  type StackProps,
  Tags,
} from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { AgentCell, type AgentCellProps } from '../constructs/agent-cell';
import { AirlockEnvironment } from '../constructs/airlock-environment';
import type { Image } from '../constructs/first-images';
import { RESOURCE_LIMIT } from '../constructs/names';
import { configurationDigest, DIGEST_METADATA } from './config/digest';
import { type Agent, type Airlock, type PinnedImage, STACK_ALERTS } from './config/model';
import { lacksBudgetType } from './config/regions/regions';
import { parseStateSource } from './config/values/state-source';
import { IMAGE_SOURCES } from './pinned-versions';
import { compilePolicy } from './policy';
import { runtimeSettings } from './runtimes/settings';

export interface AirlockStackProps extends StackProps {
  readonly airlock: Airlock;
}

/**
 * The single stack: translates a configuration into constructs and decides nothing else.
 *
 * @throws when the resources exceed CloudFormation's limit, with the count and the remedy
 */
export class AirlockStack extends Stack {
  readonly cells: ReadonlyMap<string, AgentCell>;

  constructor(scope: Construct, id: string, props: AirlockStackProps) {
    const { airlock } = props;
    super(scope, id, {
      stackName: airlock.name,
      env: { account: airlock.env.account, region: airlock.env.region },
      description: 'Agent Airlock: one machine per agent, one door out, no keys inside',
      terminationProtection: true,
      synthesizer: new DefaultStackSynthesizer({ qualifier: airlock.env.bootstrapQualifier }),
      ...props,
    });
    const instanceTypes = airlock.agents.flatMap(({ host, proxy }) => [
      host.instanceType,
      proxy.instanceType,
    ]);
    const environment = new AirlockEnvironment(this, 'Environment', {
      name: airlock.name,
      network: { ...airlock.network, access: airlock.access, zone: airlock.env.zone, instanceTypes },
      notify: airlock.notify,
      budget: { monthlyUsd: airlock.budget.monthlyUsd, alertsAtPercent: STACK_ALERTS },
      budgetsBy: lacksBudgetType(airlock.env.region) ? 'provider' : 'cloudformation',
      records: airlock.audit,
      tags: airlock.tags,
    });
    this.cells = new Map(
      airlock.agents.map((agent) => [
        agent.name,
        new AgentCell(this, agent.name, { environment, ...this.cellProps(airlock, agent) }),
      ]),
    );
    this.belongTo(airlock);
    this.node.addMetadata(DIGEST_METADATA, configurationDigest(airlock));
    this.refuseTooMany(airlock.agents.length);
  }

  /** What the account it goes into asks of everything: the team's tags, and a boundary around every role. */
  private belongTo({ tags, permissionsBoundary }: Airlock): void {
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
    if (permissionsBoundary === undefined) return;
    const boundary = iam.ManagedPolicy.fromManagedPolicyArn(this, 'PermissionsBoundary', permissionsBoundary);
    iam.PermissionsBoundary.of(this).apply(boundary);
  }

  private cellProps(airlock: Airlock, agent: Agent): Omit<AgentCellProps, 'environment'> {
    const compiled = compilePolicy(airlock, agent);
    return {
      agent: agent.name,
      owner: agent.owner,
      runtime: agent.runtime,
      runtimeSettings: runtimeSettings(airlock, agent),
      host: {
        ...agent.host,
        stateFrom: agent.host.stateFrom === undefined ? undefined : parseStateSource(agent.host.stateFrom),
        imageId: this.image(airlock, agent, 'agent-host'),
        aptMirror: airlock.mirrors.apt,
      },
      proxy: { ...agent.proxy, imageId: this.image(airlock, agent, 'proxy-box') },
      policy: compiled.text,
      secretParameters: agent.secrets.map((secret) => secret.parameter),
      // A shut rule needs no permission either.
      grants: compiled.inForce.flatMap((rule) => (rule.awsAuth ? [grantOf(rule.awsAuth)] : [])),
      budget: agent.budget,
      ironProxy: airlock.ironProxy,
      amazonLinux: airlock.amazonLinux,
      updates: airlock.updates,
    };
  }

  private image(airlock: Airlock, agent: Agent, machine: PinnedImage['machine']): Image {
    const pinned = airlock.images.find(
      (image) =>
        image.agent === agent.name && image.machine === machine && image.region === airlock.env.region,
    );
    if (pinned) {
      return pinned.imageId;
    }
    Annotations.of(this).addWarningV2(
      `airlock:unpinned-image/${agent.name}/${machine}`,
      `the image of ${agent.name}'s ${machine} is not pinned: its first deployment takes the newest and keeps it, and ` +
        'no file of yours says which. Run `npx airlock images pin`, before it or after it',
    );
    const source =
      machine === 'proxy-box' ? IMAGE_SOURCES['amazon-linux-2023'] : IMAGE_SOURCES[agent.host.os];
    return { newestOf: source.parameter };
  }

  private refuseTooMany(agents: number): void {
    const count = this.node.findAll().filter(CfnResource.isCfnResource).length;
    if (count > RESOURCE_LIMIT) {
      throw new Error(
        `${agents} agents make ${count} resources, and a stack holds ${RESOURCE_LIMIT}: move agents to another ` +
          'configuration directory with a name and a network of its own, and deploy it as a second stack ' +
          '(-c config=config/<environment>)',
      );
    }
  }
}

function grantOf(auth: { readonly actions: readonly string[]; readonly resources: readonly string[] }) {
  return {
    actions: auth.actions,
    resources: auth.resources.map((arn) =>
      arn.replaceAll('${partition}', Aws.PARTITION).replaceAll('${account}', Aws.ACCOUNT_ID),
    ),
  };
}
