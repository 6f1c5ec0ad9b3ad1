import { type MachineFile, namesValue, render, type Values } from '../boot/machine-file';
import type { AgentUserDataProps } from '../user-data';
import { RUNTIMES } from '.';
import type { Runtime } from './runtime';

export interface RuntimeFiles {
  /** Files that hold a setting or a pin. */
  readonly plain: readonly MachineFile[];
  /** Files that are the same on every machine with this runtime. */
  readonly constant: readonly MachineFile[];
}

/** What the boothook writes for the runtime: how it is installed, how it is started, and what binds it. */
export function runtimeFiles(props: AgentUserDataProps, values: Values): RuntimeFiles {
  const runtime: Runtime = RUNTIMES[props.runtime];
  const settings = props.runtimeSettings ?? {};
  const skills = (settings.skills ?? []).map(({ name, version, sha256 }) => `${sha256} ${name} ${version}\n`);
  const rendered = runtime.files.map((file) => ({
    ...file,
    text: render(file.text, values),
    isConstant: !namesValue(file.text),
  }));
  const run = { path: '/opt/agent/run', text: `#!/bin/sh\n${runtime.run(settings)}`, mode: '755' } as const;
  const install = {
    path: '/usr/lib/airlock/install',
    text: `${INSTALL}${runtime.install(settings)}`,
    mode: '755',
  } as const;
  const isOwn = props.runtime === 'custom';
  return {
    plain: [
      { path: '/etc/airlock/runtime.env', text: render(values.ENVIRONMENT ?? '', values) },
      { path: '/etc/airlock/skills', text: skills.join('') },
      ...(isOwn ? [install, run] : []),
      ...rendered.filter(({ isConstant }) => !isConstant),
    ],
    constant: [
      ...(isOwn ? [] : [install, run].map((file) => ({ ...file, text: render(file.text) }))),
      ...rendered.filter(({ isConstant }) => isConstant),
    ],
  };
}

const INSTALL = '#!/bin/sh\n. "${AIRLOCK_ROOT:-}/usr/lib/airlock/fetch"\n';
