import fetch from '../boot/fetch.sh';
import get from '../boot/get.sh';
import { type MachineFile, namesValue, render, type Values } from '../boot/machine-file';
import type { AgentUserDataProps } from '../user-data';
import { RUNTIMES } from '.';
import type { Runtime } from './runtime';

export interface RuntimeFiles {
  /** Files that hold a setting. */
  readonly plain: readonly MachineFile[];
  /** Files that are the same on every machine with this runtime. */
  readonly constant: readonly MachineFile[];
}

/** What the boothook writes for the runtime: how it is installed, how it is started, and what binds it. */
export function runtimeFiles(props: AgentUserDataProps, values: Values): RuntimeFiles {
  const runtime: Runtime = RUNTIMES[props.runtime];
  const settings = props.runtimeSettings ?? {};
  const skills = (settings.skills ?? []).map(({ name, version, sha256 }) => `${sha256} ${name} ${version}\n`);
  // What has no value is not set at all: programs tell the two apart.
  const environment = render(values.ENVIRONMENT ?? '', values).replace(/^export \w+=\n/gm, '');
  const rendered = runtime.files.map((file) => ({
    ...file,
    text: render(file.text, values),
    isConstant: !namesValue(file.text),
  }));
  // The owner's own command and script are settings.
  const isOwn = props.runtime === 'custom';
  const asWritten = (text: string) => (isOwn ? text : render(text));
  const install = asWritten(runtime.install(settings));
  const programs: readonly MachineFile[] = [
    { path: '/usr/lib/airlock/install', text: `${INSTALL}${install}`, mode: '755' },
    { path: '/opt/agent/run', text: `#!/bin/sh\n${asWritten(runtime.run(settings))}`, mode: '755' },
  ];
  return {
    plain: [
      { path: '/etc/airlock/runtime.env', text: environment },
      { path: '/etc/airlock/skills', text: skills.join('') },
      ...(isOwn ? programs : []),
      ...rendered.filter(({ isConstant }) => !isConstant),
    ],
    constant: [
      { path: '/usr/lib/airlock/fetch', text: render(isOwn || /^get /m.test(install) ? fetch + get : fetch) },
      ...(isOwn ? [] : programs),
      ...rendered.filter(({ isConstant }) => isConstant),
    ],
  };
}

const INSTALL = '#!/bin/sh\n. "${AIRLOCK_ROOT:-}/usr/lib/airlock/fetch"\n';
