import { type CheckResult, check } from '../../operations/check';
import { command } from '../command';
import { type CommonOptions, configOf, configOption } from '../options';
import { problemData, problemLines } from '../problems';
import { respond, type Views } from '../respond';
import { count } from '../table';

const views: Views<CheckResult> = {
  json: (result) => ({ problems: result.reason === 'sound' ? [] : result.problems.map(problemData) }),
  warnings: (result) => (result.reason === 'sound' ? result.warnings : []),
  lines: (result, context) => {
    switch (result.reason) {
      case 'unsound':
        return problemLines(result.problems, context);
      case 'sound': {
        const { agents } = result.airlock;
        const rules = agents.reduce((sum, agent) => sum + agent.egress.length, 0);
        const secrets = agents.reduce((sum, agent) => sum + agent.secrets.length, 0);
        const shut = agents.flatMap(({ egress }) => egress).filter(({ risk }) => risk === 'high').length;
        const shutNote = shut > 0 ? ` (${shut} shut until granted)` : '';
        const parts = [
          count(agents.length, 'agent'),
          `${count(rules, 'rule')}${shutNote}`,
          count(secrets, 'secret'),
        ];
        return [`${context.colours.green('sound:')} ${parts.join(', ')}`];
      }
    }
  },
  exitCode: (result) => (result.reason === 'sound' ? 0 : 1),
};

export const registerCheck = command('check', {
  summary: 'say everything that is wrong with the configuration',
  description:
    'Reads airlock.yaml and every agent, and reports all problems together: file, line, setting, value, what is allowed, what to do.',
  options: [configOption()],
  examples: [
    'airlock check',
    'airlock check --config config/production',
    "airlock check --json | jq -r '.problems[].message'",
  ],
  exitCodes: '0 sound, 1 problems.',
  run: (context, options: CommonOptions) => {
    respond(context, check(configOf(context, options), context.terminal.now()), views);
  },
});
