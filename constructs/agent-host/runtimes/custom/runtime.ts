import { PROVIDERS } from '../providers';
import type { Runtime } from '../runtime';

/** The owner's own: a command and what installs it, as the agent's file has them. */
export const custom: Runtime = {
  fetches: [],
  installPresets: [],
  install: ({ custom }) => custom?.install ?? '',
  run: ({ custom }) =>
    `. /etc/airlock/runtime.env\n[ "\${1-}" = check ] || exec ${custom?.command ?? 'false'}\n`,
  files: [],
  providers: PROVIDERS.custom,
  transcripts: [],
  skills: [],
};
