import { CfnResource, DefaultStackSynthesizer, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { RESOURCE_LIMIT } from '../constructs/names';
import { AgentCell } from './agent-cell';
import { AirlockEnvironment } from './airlock-environment';
import { configurationDigest, DIGEST_METADATA } from './config/digest';
import type { Airlock, PinnedImage } from './config/model';
import type { GuardrailsOff } from './guardrails';

/** Props of a stack, but for its name and its environment, which the configuration gives. */
export interface AirlockStackProps extends Omit<StackProps, 'env' | 'stackName'> {
  /** A configuration that `loadAirlock` returned. */
  readonly airlock: Airlock;
  /** Switches the guardrails of this stack off, with a reason. @default a broken invariant fails the synth */
  readonly guardrails?: GuardrailsOff;
}

/**
 * The single stack: translates a configuration into constructs and decides nothing else.
 *
 * 1. AirlockEnvironment makes what the agents share: network, provider function, alerts, backup, budget.
 * 2. An AgentCell for each agent makes the rest: security groups, secrets, audit log, proxy box, state volume, agent host,
 *    alarm, budget. It compiles the agent's policy (lib/policy).
 * 3. The configuration's digest goes into the template's metadata, so that a command can tell a stale template.
 * 4. More resources than a stack may hold are an error.
 * 5. At the end of the synth the guardrails judge the template (lib/guardrails).
 *
 * **Resources**: one AirlockEnvironment, one AgentCell for each agent.
 *
 * **Security considerations**: those of its parts. It adds the guardrails to the app, so that a broken invariant fails
 * the synth.
 *
 * @throws when the resources exceed CloudFormation's limit, with the count and the remedy
 */
export class AirlockStack extends Stack {
  /** Agents by their name. */
  readonly cells: ReadonlyMap<string, AgentCell>;

  constructor(scope: Construct, id: string, props: AirlockStackProps) {
    const { airlock, guardrails, ...stackProps } = props;
    const { name, env, agents } = airlock;
    super(scope, id, {
      description: 'Agent Airlock: one machine per agent, one way out, no keys inside',
      terminationProtection: true,
      synthesizer: new DefaultStackSynthesizer({ qualifier: env.bootstrapQualifier }),
      ...stackProps,
      stackName: name,
      env: { account: env.account, region: env.region },
    });
    const { notify, network, access, audit, mirrors, updates, tags, permissionsBoundary } = airlock;
    const { budget, dashboard, watch, ironProxy, amazonLinux } = airlock;
    const environment = new AirlockEnvironment(this, 'Environment', {
      notify,
      budget,
      network,
      access,
      audit,
      mirrors,
      updates,
      dashboard,
      watch,
      tags,
      permissionsBoundary,
      zone: env.zone,
      ironProxy,
      amazonLinux,
      guardrails,
    });
    const pinned = (agent: string, machine: PinnedImage['machine']) =>
      airlock.images.find(
        (image) => image.agent === agent && image.machine === machine && image.region === env.region,
      )?.imageId;
    this.cells = new Map(
      agents.map((agent) => [
        agent.name,
        new AgentCell(this, agent.name, {
          environment,
          agent,
          images: {
            agentHost: pinned(agent.name, 'agent-host'),
            proxyBox: pinned(agent.name, 'proxy-box'),
          },
        }),
      ]),
    );
    this.node.addMetadata(DIGEST_METADATA, configurationDigest(airlock));
    this.refuseTooMany(agents.length);
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
