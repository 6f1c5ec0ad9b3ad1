import type { Instance } from '@aws-sdk/client-ec2';
import {
  agentPrefix,
  caKeyParameter,
  TAG_AGENT,
  TAG_CELL,
  TAG_PART,
  TAG_STACK,
} from '../../../constructs/names';
import type { Standing } from '../../review/agent-review';
import { agesOf, type Made } from '../../review/ages';
import { type Aws, unlessRefused } from '../aws';
import { instancesOf, NOT_TERMINATED, tagFilters, tagOf } from '../ec2-tags';
import { once } from '../once';
import { imagesOf, type Spend, spendOf } from '../status/reads';
import { healthOf } from '../verify/live/health';
import { type LiveParameter, parametersOf } from '../verify/live/records';

export interface StandingInput {
  readonly aws: Aws;
  readonly stack: string;
  readonly now: Date;
  /** Whether AWS Budgets is asked too. */
  readonly budgets: boolean;
}

/** Ages and spend of agents, by what AWS has now. What AWS refuses is missing, with the permission that it needs. */
export function standings({ aws, stack, now, budgets }: StandingInput) {
  const machines = once(() => instancesOf(aws, [...tagFilters({ [TAG_STACK]: stack }), NOT_TERMINATED]));
  const images = once(async () =>
    imagesOf(
      aws,
      (await machines()).flatMap(({ ImageId }) => ImageId ?? []),
    ),
  );
  const parameters = once(() => parametersOf(aws, stack));
  const bills = once(async () => {
    const account = (await machines()).flatMap(({ NetworkInterfaces = [] }) => NetworkInterfaces)[0]?.OwnerId;
    return account === undefined ? new Map<string, Spend>() : spendOf(aws, account);
  });

  return async (agent: string, baseline?: string): Promise<Standing> => {
    const missing: string[] = [];
    const part = <T>(read: () => Promise<T>): Promise<T | undefined> =>
      unlessRefused(read, (why) => {
        missing.push(why);
        return undefined;
      });
    const [own, made, known, health, spend] = await Promise.all([
      part(machines),
      part(images),
      part(parameters),
      part(() => healthOf(aws, { stack, agent, now })),
      budgets ? part(bills) : undefined,
    ]);
    const bill = spend?.get(`user:${TAG_CELL}$${stack}/${agent}`);
    const machinesOf = (own ?? []).filter(({ Tags }) => tagOf(Tags, TAG_AGENT) === agent);
    return {
      spend: { ...(health?.spend && { model: health.spend }), ...(bill && { aws: bill }) },
      ages: agesOf([...imagesIn(machinesOf, made), ...secretsIn(known ?? [], stack, agent)], now),
      ...(baseline !== undefined && { baseline }),
      missing: [...new Set(missing)].sort(),
    };
  };
}

function imagesIn(machines: readonly Instance[], made: ReadonlyMap<string, Date> | undefined): Made[] {
  return machines.map(({ Tags, ImageId = '' }) => ({
    what: `image of the ${(tagOf(Tags, TAG_PART) ?? 'machine').replace('-', ' ')}`,
    at: made?.get(ImageId),
  }));
}

/** Secrets that somebody set: the first version is the kit's, without a value. */
function secretsIn(parameters: readonly LiveParameter[], stack: string, agent: string): Made[] {
  const prefix = `${agentPrefix(stack, agent)}/`;
  return parameters
    .filter(({ name, type, version }) => name.startsWith(prefix) && type === 'SecureString' && version > 1)
    .filter(({ name }) => name !== caKeyParameter(stack, agent))
    .map(({ name, changed }) => ({ what: `value of the secret ${name.slice(prefix.length)}`, at: changed }));
}
