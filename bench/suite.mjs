import { seconds, show } from './measure.mjs';

/** How long a contributor waits for `npm test`. */
export async function benchSuite() {
  console.log(`npm test: ${show(seconds('npm', ['test', '--silent']))} (limit 60 s on two cores)`);
}
