import { join } from 'node:path';

/** The configuration that the tests judge. Its presets are the kit's; `config/` belongs to the team that uses the kit. */
export const KIT_CONFIG = join(__dirname, '../fixtures/kit');
