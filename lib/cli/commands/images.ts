import { type PinImagesResult, type PinnedLine, pinImages } from '../../operations/pin-images';
import { command, group } from '../command';
import { type CommonOptions, configOf, configOption, profileOption, regionOption } from '../options';
import { withProgress } from '../progress';
import { orError, respond } from '../respond';
import { type Cell, count, table } from '../table';
import { withAirlock, withAws } from '../with-airlock';

interface Options extends CommonOptions {
  readonly newer?: boolean;
  readonly prune?: boolean;
  readonly refresh?: boolean;
  readonly region?: string;
}

const views = orError<PinImagesResult>({
  lines: (result, { colours, columns }) => {
    const { pinned, orphaned, drift, zone, zoneDrift, release } = result;
    const head =
      result.reason === 'current'
        ? 'every machine has its line already'
        : `${count(pinned.length, 'machine')}`;
    const was = release?.before ? `; was ${release.before}` : '';
    return [
      `${colours.green(`${result.reason}:`)} ${head}`,
      ...table(pinned.map(pinnedRow), '  ', columns),
      ...(zone ? [`  ${zone.zone}, ${ZONE_FROM[zone.from]}`] : []),
      ...(release ? [`  Amazon Linux ${release.now}: proxy boxes upgrade to it in their window${was}`] : []),
      ...orphaned.map(
        ({ agent, machine, region }) => `  no agent of this name: ${agent} ${machine} in ${region}`,
      ),
      ...drift.map(
        ({ line, running }) =>
          `${colours.yellow('warning:')} ${line.agent}'s ${line.machine} runs ${running}, and its line says ${line.imageId}: the next deployment would replace the machine`,
      ),
      ...(zoneDrift
        ? [
            `${colours.yellow('warning:')} its machines are in ${zoneDrift.running}, and the line says ${zoneDrift.line.zone}: the next deployment would fail`,
          ]
        : []),
      ...(result.reason === 'pinned' ? ['Commit images.lock.json.'] : []),
    ];
  },
});

const ZONE_FROM = {
  running: 'where its machines are',
  configured: 'as airlock.yaml says',
  offered: 'which offers every instance type',
} as const;

function pinnedRow({ line, from, before }: PinnedLine): Cell[] {
  const why = from === 'running' ? 'what it runs now' : 'the newest';
  return [line.agent, line.machine, line.region, line.imageId, before ? `${why}; was ${before}` : why];
}

const pin = command('pin', {
  summary: 'give every machine a line in images.lock.json',
  description:
    'Looks up the newest image of each operating system and writes it down for every machine that has no line yet. A deployed machine keeps its line, unless host.os asks for another system: a host gets a newer image only when it is rebuilt. The zone is where the machines are, else env.zone, else one that offers every instance type.',
  options: [
    ['--newer', 'renew the lines of machines that are not deployed'],
    ['--refresh', 'move the Amazon Linux release that proxy boxes upgrade to; no image changes'],
    ['--prune', 'drop the lines of agents that the configuration no longer has'],
    regionOption('the Region to look in (default: env.region of airlock.yaml)'),
    profileOption(),
    configOption(),
  ],
  notes: 'Needs AWS credentials that may read images, public parameters and instances.',
  examples: [
    'airlock images pin',
    'airlock images pin --refresh',
    'airlock images pin --newer --region eu-central-1',
  ],
  exitCodes: '0 pinned or current, 1 nothing was written.',
  run: (context, options: Options) =>
    withAirlock(context, options, async (airlock) => {
      const aws = withAws(context, options, airlock);
      if (aws === undefined) return;
      const result = await withProgress(context, 'Looking up images …', async () =>
        pinImages({
          airlock,
          directory: configOf(context, options),
          aws,
          newer: options.newer,
          refresh: options.refresh,
          prune: options.prune,
        }),
      );
      respond(context, result, views);
    }),
});

export const registerImages = group(
  'images',
  {
    summary: 'pin the images that machines boot from, and their zone',
    description:
      'What machines boot from and where, pinned in images.lock.json: a changed image replaces its machine.',
  },
  [pin],
);
