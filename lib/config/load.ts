import { assemble, type Loaded } from './assemble';
import { readConfigFiles } from './config-files';

/**
 * Reads and checks a configuration directory: `airlock.yaml`, `agents/*.yaml`, `presets/*.yaml` (without such a folder, the
 * kit's own) and the two lock files. Returns the problems of all files together, and never throws on bad input.
 */
export function loadAirlock(directory: string): Loaded {
  return assemble(readConfigFiles(directory));
}
