import { DEFAULT_CONFIG } from '../../config';
import type { Airlock } from '../../config/model';

/** One thing to do after a synth, in order. */
export interface Step {
  readonly title: string;
  /** To paste into a shell; words in capitals are for the reader to fill in. */
  readonly commands: readonly string[];
}

/** From a synthesised stack to running agents. Steps that are done already are left out. */
export function nextSteps(airlock: Airlock, config: string): Step[] {
  const { account = 'ACCOUNT', region = 'REGION', bootstrapQualifier: qualifier } = airlock.env;
  // One bootstrap stack has one qualifier: a second one beside it needs a name of its own.
  const qualified = qualifier ? ` --qualifier ${qualifier} --toolkit-stack-name CDKToolkit-${qualifier}` : '';
  const here = config === DEFAULT_CONFIG ? '' : ` --config ${shellWord(config)}`;
  const context = config === DEFAULT_CONFIG ? '' : ` -c ${shellWord(`config=${config}`)}`;
  const inRegion = airlock.env.region ? '' : ` --region ${region}`;
  const steps: (Step | undefined)[] = [
    unpinnedMachines(airlock) === 0 && airlock.env.zone !== undefined
      ? undefined
      : {
          title: airlock.env.region ? PIN : `write env.region into airlock.yaml, then ${PIN}`,
          commands: [`npx airlock images pin${here}`],
        },
    airlock.ironProxy
      ? undefined
      : {
          title: 'pin iron-proxy: until then the proxy boxes refuse every request',
          commands: [`npx airlock software pin --key KEY.asc${here}`],
        },
    {
      title: 'prepare the account, once',
      commands: [`npx cdk bootstrap aws://${account}/${region}${qualified}`],
    },
    {
      title: 'look at the change, then deploy it',
      commands: [`npx cdk diff${context}`, `npx cdk deploy${context}`],
    },
    secretsStep(airlock, `${here}${inRegion}`),
  ];
  return steps.filter((step) => step !== undefined);
}

const PIN = 'pin the zone and the images, so that you know them before the first deployment chooses them';

/** A word that a shell takes as it is. */
function shellWord(text: string): string {
  return /^[\w./=-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function secretsStep({ agents }: Airlock, options: string): Step | undefined {
  const commands = agents.flatMap(({ name, secrets }) =>
    secrets.map(({ id, parameter }) => `npx airlock secrets put ${name} ${id}${options}   # ${parameter}`),
  );
  if (commands.length === 0) return undefined;
  return {
    title: 'set each secret, from standard input: a rule whose secret is not set refuses requests',
    commands,
  };
}

/** Machines of this region without a line in the images' lock: a stack without a region can't use any line. */
export function unpinnedMachines(airlock: Airlock): number {
  const { region } = airlock.env;
  const pinned = new Set(
    airlock.images
      .filter((image) => image.region === region)
      .map(({ agent, machine }) => `${agent} ${machine}`),
  );
  const machines = airlock.agents.flatMap(({ name }) => [`${name} agent-host`, `${name} proxy-box`]);
  return machines.filter((machine) => !pinned.has(machine)).length;
}
