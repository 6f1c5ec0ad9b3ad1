import { join } from 'node:path';
import { checkRegionName } from '../../config/values/region';
import { costPage } from '../../cost/page';
import { PRICES } from '../../cost/price-table';
import { oldPrices } from '../../operations/check';
import { type CostResult, costOfFile } from '../../operations/cost';
import { OUTPUT, stacksIn } from '../../operations/synth/assembly';
import { command } from '../command';
import { costLines } from '../cost-lines';
import { configOption, formatOption, type TemplateOptions, templateOption } from '../options';
import { fail, orError, respond } from '../respond';
import { templateOf } from '../template';

const FORMATS = ['text', 'md', 'json'] as const;

interface Options extends TemplateOptions {
  readonly region?: string;
  readonly format: (typeof FORMATS)[number];
}

const viewsFor = (agent: string | undefined, format: Options['format']) =>
  orError<CostResult>({
    json: ({ report }) => {
      const cost = report.agents.find((each) => each.agent === agent);
      return cost === undefined
        ? report
        : { ...report, agents: [cost], shared: undefined, idleUsd: cost.idleUsd };
    },
    warnings: (_, context) => oldPrices(context.terminal.now()),
    lines: ({ report }, context) =>
      format === 'md'
        ? [Object.values(costPage(report, PRICES, report.assumptions)).join('\n\n')]
        : costLines(report, agent, context),
  });

export const registerCost = command('cost [agent]', {
  summary: 'say what the stack costs a month while its agents do nothing',
  description:
    'Computes the idle cost a month of a template, for each agent, what they share and the whole, from a dated table of list prices. Every assumption is printed. What agents do (data out, model calls that AWS bills) comes on top.',
  options: [
    configOption(),
    templateOption(),
    ['--region <region>', "the stack's region, when the template doesn't say"],
    formatOption(FORMATS, '; md adds the prices and the types that cost nothing'),
  ],
  examples: [
    'airlock cost',
    'airlock cost scout',
    "airlock cost --json | jq '.agents[] | {agent, idleUsd, securityUsd}'",
  ],
  exitCodes: '0 computed, 1 no such agent or no template.',
  run: async (context, agent: string | undefined, options: Options) => {
    context.json ||= options.format === 'json';
    const wrong = options.region === undefined ? undefined : checkRegionName(options.region);
    if (wrong !== undefined) {
      fail(context, `--region "${options.region}" ${wrong.message}: ${wrong.fix}`);
      return;
    }
    const file = await templateOf(context, options);
    if (file === undefined) return;
    const stack = stacksIn(join(context.project, OUTPUT)).find((each) => each.file === file);
    const region = options.region ?? stack?.region;
    const result = costOfFile(file, { agent, region, now: context.terminal.now() });
    respond(context, result, viewsFor(agent, options.format));
  },
});
