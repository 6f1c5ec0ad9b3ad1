import { join } from 'node:path';
import { packageRoot } from './package-root';

/** The programs that run on AWS, as `npm run build` leaves them. */
export function builtAsset(name: 'warden.cjs' | 'provider' | 'containment' | 'watch'): string {
  return join(packageRoot(), 'dist', 'assets', name);
}
