import type { ConfigFiles } from '../config/config-files';
import { IMAGES_LOCK } from '../config/config-files';
import { daysOld, OLD_IMAGE_DAYS } from '../config/image-age';
import type { Airlock, Problem } from '../config/model';
import { fileProblem, type Position, problemAt, type Source } from '../config/source/source';
import { beyondDefaults } from '../quotas/quotas';
import { unmetNeeds } from '../runtimes/needs';
import { lacksUpdates } from '../runtimes/update-source';
import { budgetWarnings } from './budgets';
import { lookalikes } from './lookalikes';

/** The warnings about a valid configuration. They never stop a synth. */
export function warningsOf(airlock: Airlock, files: ConfigFiles, now: Date): Problem[] {
  return [
    ...missing(files),
    ...pins(airlock, files.images),
    ...ages(airlock, files.images, now),
    ...budgetWarnings(airlock, files),
    ...needs(airlock, files),
    ...lookalikes(airlock, files),
    ...quotas(airlock, files.airlock),
  ];
}

const WHY: Record<string, [message: string, fix: string]> = {
  [IMAGES_LOCK]: [
    'does not exist, so the first deployment chooses the zone and the images, and no file of yours says which',
    'run "npx airlock images pin", before the first deployment or after it, and commit the file',
  ],
  'software.lock.json': [
    'does not exist, so proxy boxes have no iron-proxy to run, and refuse every request',
    'run "npx airlock software pin --key KEY.asc" and commit the file',
  ],
};

function missing(files: ConfigFiles): Problem[] {
  const directory = files.airlock?.file.replace(/airlock\.yaml$/, '') ?? '';
  return files.missingLocks.map((name) =>
    fileProblem(directory + name, ...(WHY[name] ?? ['does not exist', 'create it'])),
  );
}

function pins({ agents, images, env, amazonLinux }: Airlock, source: Source | undefined): Problem[] {
  if (!source) {
    return [];
  }
  const names = new Set(agents.map(({ name }) => name));
  const stale = images.flatMap((image, index) =>
    names.has(image.agent)
      ? []
      : [
          problemAt(
            { source, path: ['images', index, 'agent'] },
            { message: 'is no agent of this configuration', fix: 'run "npx airlock images pin" to tidy up' },
          ),
        ],
  );
  const start: Position = { line: 1, column: 1 };
  const unpinned = agents.flatMap(({ name }) =>
    (['agent-host', 'proxy-box'] as const).flatMap((machine) =>
      images.some(
        (i) => i.agent === name && i.machine === machine && (!env.region || i.region === env.region),
      )
        ? []
        : [
            fileProblem(
              source.file,
              `pins no image for the ${machine} of "${name}"${env.region ? ` in ${env.region}` : ''}`,
              'run "npx airlock images pin" and commit the file',
              start,
            ),
          ],
    ),
  );
  const noZone =
    env.zone === undefined
      ? [
          fileProblem(
            source.file,
            `pins no availability zone${env.region ? ` of ${env.region}` : ''}, so the first deployment chooses it`,
            'run "npx airlock images pin" and commit the file',
            start,
          ),
        ]
      : [];
  const noRelease = amazonLinux
    ? []
    : [
        fileProblem(
          source.file,
          'pins no release of Amazon Linux, so proxy boxes take no updates',
          'run "npx airlock images pin" and commit the file',
          start,
        ),
      ];
  return [...stale, ...unpinned, ...noZone, ...noRelease];
}

function ages({ agents, images }: Airlock, source: Source | undefined, now: Date): Problem[] {
  if (!source) return [];
  return images.flatMap((image, index) => {
    const days = daysOld(image, now) ?? 0;
    if (days <= OLD_IMAGE_DAYS || !agents.some(({ name }) => name === image.agent)) return [];
    const message = `of ${image.agent}'s ${image.machine} was made ${days} days ago, more than ${OLD_IMAGE_DAYS}`;
    const fix =
      'a machine that is not deployed yet: run "npx airlock images pin --newer"; one that runs keeps its image and takes updates in its window';
    return [problemAt({ source, path: ['images', index, 'imageId'] }, { message, fix })];
  });
}

function needs(airlock: Airlock, files: ConfigFiles): Problem[] {
  return airlock.agents.flatMap((agent) => {
    const source = files.agents.find(({ file }) => file === agent.file);
    if (!source) return [];
    const updates = lacksUpdates(airlock, agent);
    return [
      ...unmetNeeds(airlock, agent).map(({ message, fix }) =>
        problemAt({ source, path: ['runtime'] }, { message, fix }),
      ),
      ...(updates ? [problemAt({ source, path: ['name'] }, updates)] : []),
    ];
  });
}

/** Compares with the default quotas; only `preflight --live` knows whether the account has more. */
function quotas(airlock: Airlock, source: Source | undefined): Problem[] {
  if (!source) return [];
  return beyondDefaults(airlock).map(({ quota: { name, code, byDefault }, needed }) =>
    fileProblem(
      source.file,
      `needs ${needed} of the quota "${name}" (${code}), and an account has ${byDefault} until it asks for more`,
      'ask for more in Service Quotas; "npx airlock preflight --live" says what the account has',
    ),
  );
}
