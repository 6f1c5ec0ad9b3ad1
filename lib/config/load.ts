import { assemble, type Loaded } from './assemble';
import { readConfigFiles } from './config-files';

/**
 * Reads and checks a configuration directory: `airlock.yaml`, `agents/*.yaml`, `presets/*.yaml` (the kit's own where
 * there is no such folder) and the two lock files. Everything wrong in all of them is reported together.
 *
 * Bad input never throws: it comes back as problems.
 */
export function loadAirlock(directory: string): Loaded {
  return assemble(readConfigFiles(directory));
}
