import type { Finding } from '../finding';
import type { Problem } from '../model';
import type { ParsedAgent, ParsedRule } from '../parsed';
import { problemAt } from '../source/source';
import { isPriced, modelVendor, PRICED, UNCHARGED } from '../values/model-hosts';
import { ruleProblem } from './rule-problem';

/** Features with which a vendor calls the model again, or bills by the call: no request says how often. */
const UNBOUNDED: readonly string[] = [
  'web-search',
  'web-fetch',
  'code-execution',
  'mcp',
  'server-tools',
  'stored-prompts',
];

/** `spend.model` limits only what the gate can bound: every rule that calls a model must be one of those. */
export function spend({ source, settings, rules, complete }: ParsedAgent): Problem[] {
  if (settings.spend === undefined) return [];
  const calling = rules.filter(
    ({ host, methods }) =>
      modelVendor(host) !== undefined &&
      !(methods.length > 0 && methods.every((one) => UNCHARGED.includes(one))),
  );
  if (calling.length === 0 && complete) {
    const finding = {
      message: 'limits nothing: no rule calls a model',
      fix: 'add a model preset, or remove spend',
    };
    return [problemAt({ source, path: ['spend'] }, finding)];
  }
  return calling.flatMap((rule) => {
    const problem = whyUnbounded(rule);
    return problem ? [ruleProblem(rule, [problem.part], problem)] : [];
  });
}

function whyUnbounded({ host, body }: ParsedRule): (Finding & { readonly part: string }) | undefined {
  const vendor = modelVendor(host);
  if (vendor !== undefined && !isPriced(vendor)) {
    const known = PRICED.join(', ');
    return {
      part: 'host',
      message: `has no price, so that spend.model can't limit it: the price table has ${known}`,
      fix: 'remove the rule, or remove spend.model',
    };
  }
  if (body === undefined) {
    return {
      part: 'body',
      message: "is missing, so that spend.model can't limit it: the gate charges what a judged body says",
      fix: "use the vendor's preset, or add a body",
    };
  }
  const feature = body.allow?.find((one) => UNBOUNDED.includes(one));
  return feature === undefined
    ? undefined
    : {
        part: 'body',
        message: `allows ${feature}, for which a vendor may bill any sum, so that spend.model can't limit it`,
        fix: `take ${feature} out of "allow", or remove spend.model`,
      };
}
