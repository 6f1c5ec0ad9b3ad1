import { proveRuntimes } from './prove-runtimes';

proveRuntimes(['openclaw']);
