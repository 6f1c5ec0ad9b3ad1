import { App } from 'aws-cdk-lib';
import { buildApp } from '../lib/app';

// Stack traces into the built program help nobody. In cdk.json the CDK warns of a reserved key.
const app = new App({ context: { 'aws:cdk:disable-creation-stack-traces': true } });
const built = buildApp(app);
if (!built.ok) {
  process.stderr.write(`${built.reasons.join('\n')}\n`);
  // Before the app's own exit hook can synthesise anything.
  process.exit(1);
}
