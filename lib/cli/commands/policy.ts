import type { EgressRule } from '../../config/model';
import { compilePolicy } from '../../policy';
import { command } from '../command';
import { EXIT } from '../context';
import { type CommonOptions, configOption } from '../options';
import { respond, type Views } from '../respond';
import { count } from '../table';
import { withAgent } from '../with-airlock';

interface Policy {
  readonly agent: string;
  readonly inForce: readonly EgressRule[];
  readonly shut: readonly EgressRule[];
  /** The policy bundle as lines: iron-proxy's document, `---`, warden's document. */
  readonly text: readonly string[];
}

const views: Views<Policy> = {
  json: ({ agent, inForce, shut, text }) => ({
    agent,
    inForce: inForce.map(ruleData),
    shutUntilGranted: shut.map(ruleData),
    policy: `${text.join('\n')}\n`,
  }),
  lines: ({ agent, inForce, shut, text }) => [
    `# ${agent}: ${count(inForce.length, 'rule')} in force, ${count(shut.length, 'high-risk rule')} shut until granted.`,
    ...shut.map(shutLine),
    "# First document: iron-proxy's configuration. Second document: warden's.",
    ...text,
  ],
  exitCode: () => EXIT.ok,
};

function ruleData({ id, host, methods, paths, secret, risk }: EgressRule): Partial<EgressRule> {
  return { id, host, methods, paths, secret, risk };
}

function shutLine({ id, host, methods, paths }: EgressRule): string {
  return `# shut until granted: ${id}: ${[...methods, host, ...paths].join(' ')}`;
}

export const registerPolicy = command('policy <agent>', {
  summary: "print the policy that an agent's proxy box runs",
  description:
    "Compiles an agent's rules to the YAML its proxy box gets: iron-proxy's configuration, and after --- what warden adds. High-risk rules are shut until granted, so iron-proxy never sees them; they are listed in the comments and in warden's document.",
  options: [configOption()],
  examples: ['airlock policy scout', "airlock policy scout --json | jq '.shutUntilGranted'"],
  exitCodes: '0 printed, 1 no such agent or an unsound configuration.',
  run: (context, name: string, options: CommonOptions) =>
    withAgent(context, options, name, (airlock, agent) => {
      const { text, inForce, shut } = compilePolicy(airlock, agent);
      const lines = text.trimEnd().split('\n');
      respond(context, { agent: name, inForce, shut, text: lines }, views);
    }),
});
