import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { AirlockChecks } from './airlock-checks';
import { type GuardrailsOff, optOut } from './opt-out';

const guarded = new WeakSet<IConstruct>();

/** Adds the guardrails to the app of a construct, once for each app, or notes why its stack goes without. */
export function guard(scope: IConstruct, guardrails?: GuardrailsOff): void {
  if (guardrails !== undefined) optOut(Stack.of(scope), guardrails);
  const app = scope.node.root;
  if (guarded.has(app)) return;
  guarded.add(app);
  Validations.of(app).addPlugins(new AirlockChecks());
}
