import { join } from 'node:path';
import { packageRoot } from '../../constructs/package-root';

/** A script or program of the lab as it lies in the checkout: `path` is below `lab/`. */
export function labFile(...path: string[]): string {
  return join(packageRoot(), 'lab', ...path);
}

/** A program that the build bundled into one file, for namespaces that hold nothing but Node.js. */
export function labBundle(name: string): string {
  return join(packageRoot(), 'dist', 'lab', name);
}
