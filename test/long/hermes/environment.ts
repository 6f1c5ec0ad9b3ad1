import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HERMES } from '../../../constructs/agent-host/runtimes/pinned';
import { temporary } from '../../support/temporary';
import { type Commits, publishCommits } from './commits';
import { type Edit, Host } from './host';
import { Internet } from './internet';
import { pythonArchive } from './python';
import { Repository } from './repository';
import { airlock, INDEX } from './team';
import { Upstream } from './upstream';
import { source, wheel } from './wheel';

/** Of the test file that runs: several share a process, and each has its temporary directory removed at its end. */
let directory = '';
let uvWheel = '';

function fetchUv(): void {
  directory = temporary();
  spawnSync('python3', [
    ...['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary', ':all:'],
    ...['-d', directory, `uv==${HERMES.uv}`],
  ]);
  uvWheel = readdirSync(directory).find((name) => name.endsWith('.whl')) ?? '';
}

const uvFile = () => readFileSync(join(directory, uvWheel));

/** `describe`, or a skipped one that says why, where pip can't fetch the pinned uv. */
export function describeWithUv(title: string, body: () => void): void {
  fetchUv();
  if (uvWheel === '') describe.skip(`${title} (pip can't fetch uv ${HERMES.uv} here)`, body);
  else describe(title, body);
}

/** Python that makes one virtual environment and copies it when it is asked again: that takes seconds, and is always the same. */
const PYTHON = (real: string, kept: string) => `[ "$1 $2" = '-m venv' ] || exec ${real} "$@"
if [ ! -d ${kept} ]; then ${real} -m venv "$3" && cp -r "$3" ${kept}; exit; fi
cp -r ${kept} "$3" && sed -i "1s|^#!.*|#!$PWD/$3/bin/python3|" "$3/bin/pip"`;

/** The internet with its servers, and the hosts of one test. */
export class Environment {
  readonly internet: Internet;
  readonly upstream: Upstream;
  /** The pinned uv, for this machine. */
  readonly uv = join(directory, `uv/uv-${HERMES.uv}.data/scripts/uv`);
  private readonly repository = new Repository(join(directory, 'git'));
  private readonly list: string;
  /** This machine's interpreter. */
  private readonly python: string;
  private readonly mark = join(directory, 'built');
  private readonly hosts: Host[] = [];
  private proxy = '';
  private made?: Commits;

  constructor() {
    const archive = pythonArchive(directory);
    this.list = archive.list;
    this.python = archive.real;
    this.upstream = new Upstream(this.repository.root, INDEX, archive);
    this.internet = new Internet(airlock(), [
      ...['github.com', 'release-assets.githubusercontent.com', 'releases.astral.sh'],
      ...['pypi.example.com', 'index.example.org'],
    ]);
    this.internet.answer = this.upstream.answer;
  }

  async open(): Promise<void> {
    const { upstream, repository, internet } = this;
    upstream.add(
      wheel('corelib', '1.0', ['sharedlib<2']),
      wheel('sharedlib', '1.0'),
      wheel('sharedlib', '2.0'),
    );
    for (const name of ['forklib', 'modellib', 'voicelib', 'winlib']) upstream.add(wheel(name, '1.0'));
    upstream.add(source(directory, 'builtlib', '1.0', this.mark));
    this.heal();
    this.proxy = await internet.open();
    await promisify(execFile)('python3', ['-m', 'zipfile', '-e', uvWheel, 'uv'], { cwd: directory });
    execFileSync('chmod', ['755', this.uv]);
    const trust = join(directory, 'authority.crt');
    writeFileSync(trust, internet.authority);
    upstream.isDated = true;
    await repository.lock(this.uv, INDEX, { HTTPS_PROXY: this.proxy, SSL_CERT_FILE: trust });
    upstream.isDated = false;
    this.made = publishCommits(repository);
    this.heal();
  }

  get commits(): Commits {
    if (this.made === undefined) throw new Error('the environment is not open yet');
    return this.made;
  }

  /** A host, until `heal`. */
  host(commit = this.commits.pinned, edits: readonly Edit[] = [], pauses = 0): Host {
    const environment = { HTTPS_PROXY: this.proxy, UV_PYTHON_DOWNLOADS_JSON_URL: this.list };
    const host = new Host(this.internet.authority, environment, commit, edits, pauses);
    host.machine.standIn('python3', PYTHON(this.python, join(directory, 'venv')));
    this.hosts.push(host);
    return host;
  }

  /** From now on uv, the package chatlib and the archive of Python are others, each under its old name. */
  tamper(...which: readonly ('uv' | 'chatlib' | 'python')[]): void {
    const { upstream } = this;
    const other = (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('other')]);
    if (which.includes('uv')) upstream.add({ file: uvWheel, bytes: other(uvFile()) });
    if (which.includes('chatlib')) upstream.add(wheel('chatlib', '1.0', [], 'other'));
    if (which.includes('python')) upstream.python = other(upstream.python);
  }

  /** Whether a package built itself. */
  get isBuilt(): boolean {
    return existsSync(this.mark);
  }

  /** Everything as it is when nothing is wrong, for another test. */
  heal(): void {
    for (const host of this.hosts.splice(0)) host.machine.remove();
    this.upstream.heal();
    this.upstream.add(wheel('chatlib', '1.0'), { file: uvWheel, bytes: uvFile() });
    rmSync(this.mark, { force: true });
    this.internet.passed.length = 0;
    this.internet.refused.length = 0;
  }

  async close(): Promise<void> {
    this.heal();
    await this.internet.close();
  }
}
