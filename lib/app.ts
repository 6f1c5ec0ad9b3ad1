import { existsSync } from 'node:fs';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { AirlockStack } from './airlock-stack';
import { DEFAULT_CONFIG, formatProblem, loadAirlock } from './config';
import { type Beside, together } from './config/together';
import { messageOf } from './message-of';

/**
 * Builds the CDK app from a configuration directory, or from several with commas between them (one stack each), every
 * rule pack on and blocking (the stacks bring the guardrails themselves).
 *
 * @returns the app, or the reasons why there is nothing to synthesise
 */
export function buildApp(app: App): { ok: true; app: App } | { ok: false; reasons: string[] } {
  const directories = directoriesOf(String(app.node.tryGetContext('config') ?? DEFAULT_CONFIG));
  const reasons: string[] = [];
  const sound: Beside[] = [];
  for (const directory of directories) {
    const loaded = loadAirlock(directory);
    if (!loaded.ok) {
      reasons.push(...loaded.problems.map(formatProblem));
      continue;
    }
    sound.push({ directory, airlock: loaded.airlock });
  }
  reasons.push(...together(sound));
  if (reasons.length > 0) return { ok: false, reasons };
  for (const { directory, airlock } of sound) {
    try {
      new AirlockStack(app, airlock.name, { airlock });
    } catch (error) {
      reasons.push(`${directory}: ${messageOf(error)}`);
    }
  }
  if (reasons.length > 0) {
    return { ok: false, reasons };
  }
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    new NIST80053R5Checks(app),
    new HIPAASecurityChecks(app),
    new PCIDSS321Checks(app),
  );
  return { ok: true, app };
}

function directoriesOf(config: string): string[] {
  return existsSync(config) ? [config] : config.split(',');
}
