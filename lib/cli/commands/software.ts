import { Option } from 'commander';
import { type PinSoftwareResult, pinSoftware } from '../../operations/pin-software';
import { command, group } from '../command';
import { type CommonOptions, configOf, configOption, fromHere } from '../options';
import { withProgress } from '../progress';
import { orError, respond } from '../respond';

interface Options extends CommonOptions {
  readonly key: string;
  readonly version?: string;
  readonly fingerprint?: string;
  readonly from?: string;
}

const views = orError<PinSoftwareResult>({
  lines: (result, { colours }) => {
    const { release, before } = result;
    return [
      `${colours.green(`${result.reason}:`)} iron-proxy ${release.version}${result.reason === 'pinned' && before ? ` (was ${before.version})` : ''}`,
      `  sha256     ${release.sha256}`,
      `  signed by  ${release.signedBy}`,
      `  from       ${release.url}`,
      ...(before
        ? []
        : ['Compare that fingerprint with the one its publisher shows, then commit software.lock.json.']),
    ];
  },
});

const pin = command('pin', {
  summary: 'verify a release and write it to software.lock.json',
  description:
    "Downloads an iron-proxy release, verifies the signature of its checksums with the publisher's key and the archive against them, and writes version, address and digest to software.lock.json. A proxy box installs nothing else.",
  options: [
    new Option(
      '--key <file>',
      "the publisher's public key, ASCII-armored: public-key.asc of github.com/ironsh/iron-proxy",
    ).makeOptionMandatory(),
    ['--version <version>', 'the release to pin (default: the one this kit was written for)'],
    ['--fingerprint <hex>', 'the fingerprint the key must have; needed when the key is another than before'],
    ['--from <url>', "HTTPS folder of the release's files, such as your own mirror; {version} is filled in"],
    configOption(),
  ],
  examples: [
    'airlock software pin --key public-key.asc',
    'airlock software pin --key public-key.asc --version 0.50.0 --from https://mirror.example.com/iron-proxy/v{version}',
  ],
  exitCodes: '0 pinned or current, 1 nothing was written.',
  run: async (context, options: Options) => {
    const result = await withProgress(context, 'Fetching and verifying iron-proxy …', () =>
      pinSoftware({
        directory: configOf(context, options),
        keyFile: fromHere(context, options.key),
        version: options.version,
        fingerprint: options.fingerprint,
        baseUrl: options.from,
      }),
    );
    respond(context, result, views);
  },
});

export const registerSoftware = group(
  'software',
  {
    summary: 'pin the iron-proxy release that the proxy boxes run',
    description: 'What the proxy boxes run, pinned by digest in software.lock.json.',
  },
  [pin],
);
