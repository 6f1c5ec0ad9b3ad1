import { fileName } from '../checks/file-names';
import type { Finding } from '../finding';
import type { Problem } from '../model';
import { nearest } from '../nearest';
import { quote } from '../quote';
import { type Preset, type PresetRule, presetSchema } from '../schema/preset-schema';
import { reader } from '../schema/read';
import { type Path, problemAt, type Source } from '../source/source';
import { onlyReads } from '../values/http-method';
import { variablesOf } from './template';

const readPreset = reader(presetSchema);

/** Parses and checks a preset's file by itself; each agent's use of it is checked with the agent. */
export function loadPreset(source: Source): {
  readonly preset: Preset | 'broken';
  readonly problems: Problem[];
} {
  const { value, settings, problems } = readPreset(source);
  const found = [
    ...problems,
    ...fileName(source, settings.name),
    ...(value ? checkPreset(value, source) : []),
  ];
  return { preset: value && found.length === 0 ? value : 'broken', problems: found };
}

function checkPreset(preset: Preset, source: Source): Problem[] {
  const problems: Problem[] = [];
  const report = (path: Path, finding: Finding) => problems.push(problemAt({ source, path }, finding));
  for (const [index, rule] of preset.rules.entries()) {
    for (const [key, finding] of ruleFindings(rule, preset)) {
      report(['rules', index, key], finding);
    }
    if (preset.rules.findIndex(({ id }) => id === rule.id) !== index) {
      report(['rules', index, 'id'], {
        message: 'is the id of another rule too',
        fix: 'give each rule its own id',
      });
    }
  }
  for (const id of Object.keys(preset.secrets)) {
    if (!preset.rules.some(({ secret }) => secret === id)) {
      report(['secrets', id], {
        message: 'is a secret that no rule names',
        fix: 'remove it, or name it in a rule',
      });
    }
  }
  const used = new Set(preset.rules.flatMap(textsOf).flatMap(variablesOf));
  for (const key of Object.keys(preset.with).filter((name) => !used.has(`with.${name}`))) {
    report(['with', key], { message: 'is asked for but used by no rule', fix: 'remove it' });
  }
  return problems;
}

type Findings = [key: string, finding: Finding][];

function ruleFindings(rule: PresetRule, preset: Preset): Findings {
  const findings: Findings = [];
  if (rule.secret !== undefined && !Object.hasOwn(preset.secrets, rule.secret)) {
    const meant = nearest(rule.secret, Object.keys(preset.secrets));
    const fix = meant ? `write ${quote(meant)}` : 'add it under secrets';
    findings.push(['secret', { message: 'is not a secret of this preset', fix }]);
  }
  if (rule.secret !== undefined && rule.awsAuth !== undefined) {
    findings.push(['awsAuth', { message: "can't be used beside a secret", fix: 'remove one of the two' }]);
  }
  if (rule.risk === undefined && !onlyReads(rule.methods)) {
    findings.push([
      'risk',
      { message: 'is missing: the rule is not GET or HEAD only', fix: 'add risk: low, medium or high' },
    ]);
  }
  const wrong = rule.awsAuth?.actions.find((action) => !action.startsWith(`${rule.awsAuth?.service}:`));
  if (wrong !== undefined) {
    const message = `names the action ${quote(wrong)} of another service`;
    findings.push(['awsAuth', { message, fix: `name actions of ${rule.awsAuth?.service} only` }]);
  }
  for (const variable of new Set(textsOf(rule).flatMap(variablesOf))) {
    const known =
      variable === 'mirror' ? preset.mirror !== undefined : Object.hasOwn(preset.with, variable.slice(5));
    if (!known) {
      const message = `uses \${${variable}}, which the preset does not declare`;
      findings.push([
        'id',
        { message, fix: variable === 'mirror' ? 'add mirror: apt, npm or pypi' : 'add it under with' },
      ]);
    }
  }
  return findings;
}

function textsOf({ host, paths, awsAuth }: PresetRule): string[] {
  return [host, ...paths, ...(awsAuth ? [awsAuth.region, ...awsAuth.resources] : [])];
}
