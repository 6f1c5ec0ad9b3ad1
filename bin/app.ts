import { App } from 'aws-cdk-lib';
import { buildApp } from '../lib/app';

const built = buildApp(new App());
if (!built.ok) {
  process.stderr.write(`${built.reasons.join('\n')}\n`);
  // Before the app's own exit hook can synthesise anything.
  process.exit(1);
}
