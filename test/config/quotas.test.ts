import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Airlock } from '../../lib/config/model';
import { beyondDefaults, roomByDefault } from '../../lib/quotas/quotas';
import { isStandard, vcpusOf } from '../../lib/quotas/vcpus';
import { airlockWith, kitAirlock } from '../support/arbitrary-airlock';
import { directoryWith, warningsOf } from './directory';

const SCOUT = readFileSync(join(__dirname, '../fixtures/config/base/agents/scout.yaml'), 'utf8');

function manyAgents(
  count: number,
  change: (text: string) => string = (text) => text,
): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `agents/a${index}.yaml`,
      change(SCOUT.replace(/^name: .*$/m, `name: a${index}`).replaceAll('/scout/', `/a${index}/`)),
    ]),
  );
}

const quotaLines = (files: Record<string, string>) =>
  warningsOf(directoryWith(files)).filter((line) => line.includes('of the quota'));

describe('quotas of an account', () => {
  test.each([
    ['t4g.nano', 2],
    ['t4g.large', 2],
    ['m7g.medium', 1],
    ['m7g.xlarge', 4],
    ['c8g.2xlarge', 8],
    ['r8g.48xlarge', 192],
    ['m7g.metal', undefined],
  ])('%s has %s vCPUs', (type, vcpus) => {
    expect(vcpusOf(type)).toBe(vcpus);
    expect(isStandard(type)).toBe(true);
  });

  test('accelerated and memory types count towards other quotas', () => {
    expect(['g5g.xlarge', 'x2gd.medium', 'hpc7g.4xlarge'].map(isStandard)).toEqual([false, false, false]);
  });

  test('six agents with an address each are one more than the default, with the number and the code', () => {
    const lines = quotaLines(manyAgents(5));
    expect(lines).toContainEqual(
      expect.stringContaining(
        'needs 6 of the quota "Elastic IP addresses" (L-0263D0A3), and an account has 5 until it asks for more: ask for more in Service Quotas',
      ),
    );
    expect(quotaLines(manyAgents(4)).filter((line) => line.includes('Elastic IP'))).toEqual([]);
  });

  test('the shipped sample needs more vCPUs than a new account has', () => {
    expect(beyondDefaults(kitAirlock()).map(({ quota, needed }) => [quota.code, needed])).toEqual([
      ['L-1216C47A', 10],
    ]);
  });

  test('behind a NAT gateway or a Transit Gateway no agent takes an address', () => {
    const six = (network: Partial<Airlock['network']>) => {
      const airlock = airlockWith({ network });
      return { ...airlock, agents: Array.from({ length: 6 }, () => airlock.agents[0] as never) };
    };
    const codes = (airlock: Airlock) => beyondDefaults(airlock).map(({ quota }) => quota.code);
    expect(codes(six({}))).toContain('L-0263D0A3');
    expect(codes(six({ egress: 'nat-gateway' }))).not.toContain('L-0263D0A3');
    expect(codes(six({ egress: 'transit-gateway', transitGateway: 'tgw-0123456789abcdef0' }))).not.toContain(
      'L-0263D0A3',
    );
  });

  test('room for more agents counts by the quota that each of them takes from', () => {
    expect(roomByDefault(kitAirlock()).map(({ code, room }) => [code, room])).toEqual([
      ['L-1216C47A', 0],
      ['L-0263D0A3', 3],
    ]);
  });
});
