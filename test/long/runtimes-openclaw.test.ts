import { proveRuntimes } from './runtimes/prove';

proveRuntimes(['openclaw']);
