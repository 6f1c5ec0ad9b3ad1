import { TAG_PART } from '../../../constructs/names';
import { LAB_REGION } from '../../network/plan/addresses';
import type { Plan, Station } from '../../network/plan/plan';
import { type Deployed, deployedUserData } from './user-data';

/** The one cell whose agent host is rehearsed. */
export interface RehearsedCell {
  readonly agent: Station;
  readonly proxy: Station;
  readonly stateGiB: number;
  /** What EC2 would hand out, with this certificate as the cell's. */
  readonly userData: (certificate: string) => string;
}

export type CellResult =
  | { readonly ok: true; readonly cell: RehearsedCell }
  | { readonly ok: false; readonly message: string };

/** In place of the certificate, which is made later: other missing values are found before anything is built. */
const ANY = 'certificate';

/** Finds an agent's machines, disks and user data in a plan. */
export function cellOf(plan: Plan, agentName: string): CellResult {
  const part = (name: string) =>
    plan.stations.find(({ machine }) => machine?.part === name && machine.agent === agentName);
  const [agent, proxy] = [part('agent-host'), part('proxy-box')];
  if (agent === undefined || proxy === undefined) {
    const names = plan.stations.flatMap(({ machine }) =>
      machine?.part === 'agent-host' && machine.agent !== undefined ? [machine.agent] : [],
    );
    return {
      ok: false,
      message: `no agent "${agentName}" in this template: it has ${names.join(', ') || 'none'}`,
    };
  }
  const properties = agent.machine?.resource.raw.properties ?? {};
  const userData = (certificate: string) =>
    deployedUserData(properties.UserData, deploymentOf(plan, certificate));
  const probe = userData(ANY);
  if (!probe.ok) return { ok: false, message: probe.problem };
  const stateGiB = stateSize(plan, agent.machine?.volumes ?? []);
  if (stateGiB === undefined) {
    return {
      ok: false,
      message: `agent "${agentName}": the size of its state volume is not in the template`,
    };
  }
  return {
    ok: true,
    cell: {
      agent,
      proxy,
      stateGiB,
      userData: (certificate) => {
        const filled = userData(certificate);
        if (!filled.ok) throw new Error(filled.problem);
        return filled.text;
      },
    },
  };
}

/** The values of a deployment of this template: the lab's addresses, and one certificate for the cell. */
function deploymentOf(plan: Plan, certificate: string): Deployed {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::StackName': 'airlock',
    'AWS::Partition': 'aws',
    'AWS::Region': LAB_REGION,
    'AWS::AccountId': '000000000000',
  };
  return {
    ref: (id) => pseudo[id],
    attribute: (id, name) => {
      if (name === 'PrivateIp') return plan.stations.find((each) => each.id === id)?.v4;
      return /certificate$/i.test(name) ? certificate : undefined;
    },
  };
}

function stateSize({ network }: Plan, volumes: readonly string[]): number | undefined {
  const state = volumes
    .map((id) => network.template.find(id))
    .find((each) => each?.tag(TAG_PART) === 'state');
  return numberOf(state?.raw.properties.Size);
}

function numberOf(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 && number <= 16_384 ? number : undefined;
}
