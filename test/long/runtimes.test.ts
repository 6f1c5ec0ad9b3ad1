import { PROVEN } from '../../lab/runtimes/run/ready';
import { proveRuntimes } from './prove-runtimes';

/** OpenClaw has a file of its own: it takes as long as the others together. */
proveRuntimes(PROVEN.filter((runtime) => runtime !== 'openclaw'));
