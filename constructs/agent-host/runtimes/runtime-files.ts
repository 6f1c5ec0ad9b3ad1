import fetch from '../boot/fetch.sh';
import get from '../boot/get.sh';
import { type MachineFile, render } from '../boot/machine-file';
import type { Environment } from './runtime';
import type { RuntimePlan } from './runtime-plan';

export interface RuntimeFiles {
  /** Files that hold a setting. */
  readonly plain: readonly MachineFile[];
  /** Files that are the same on every machine with this runtime. */
  readonly packed: readonly MachineFile[];
}

/** What the boothook writes for the runtime: how it is installed and started, and its hardened configuration. */
export function runtimeFiles(plan: RuntimePlan): RuntimeFiles {
  const { definition } = plan;
  const skills = plan.skills.map(({ name, version, sha256 }) => `${sha256} ${name} ${version}\n`);
  const files = definition.files.map(({ path, text, values }) => ({
    file: { path, text: render(text, values?.(plan)) },
    isPacked: values === undefined,
  }));
  // The owner's own command and script are settings, and written as they are.
  const isOwn = plan.name === 'custom';
  const asWritten = (text: string) => (isOwn ? text : render(text));
  const install = asWritten(definition.install(plan));
  const programs: readonly MachineFile[] = [
    { path: '/usr/lib/airlock/install', text: `${INSTALL}${install}`, mode: '755' },
    { path: '/opt/agent/run', text: `#!/bin/sh\n${asWritten(definition.run(plan))}`, mode: '755' },
  ];
  return {
    plain: [
      { path: '/etc/airlock/runtime.env', text: exportLines(plan.environment) },
      { path: '/etc/airlock/skills', text: skills.join('') },
      ...(isOwn ? programs : []),
      ...files.flatMap(({ file, isPacked }) => (isPacked ? [] : file)),
    ],
    packed: [
      { path: '/usr/lib/airlock/fetch', text: render(isOwn || /^get /m.test(install) ? fetch + get : fetch) },
      ...(isOwn ? [] : programs),
      ...files.flatMap(({ file, isPacked }) => (isPacked ? file : [])),
    ],
  };
}

const INSTALL = '#!/bin/sh\n. "${AIRLOCK_ROOT:-}/usr/lib/airlock/fetch"\n';

function exportLines(environment: Environment): string {
  return Object.entries(environment)
    .flatMap(([name, value]) =>
      value === undefined ? [] : `export ${name}=${/^[\w@./:-]+$/.test(value) ? value : `'${value}'`}\n`,
    )
    .join('');
}
