import { proveRuntimes } from './runtimes/prove';
import { PROVEN } from './runtimes/ready';

/** OpenClaw has a file of its own: it takes as long as the others together. */
proveRuntimes(PROVEN.filter((runtime) => runtime !== 'openclaw'));
