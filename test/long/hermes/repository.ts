import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The project file, with everything of the real one's that decides how it is installed. */
const PROJECT = `[project]
name = "hermes-agent"
version = "0.21.3"
requires-python = "@PYTHON@"
dependencies = [
  "corelib==1.0",
  "winlib==1.0; sys_platform == 'win32'",
  "forklib==1.0; sys_platform != 'android'",
  "forklib @ git+https://github.com/example/forklib.git@@FORK@ ; sys_platform == 'android'",
]
[project.optional-dependencies]
anthropic = ["modellib==1.0"]
messaging = ["chatlib==1.0"]
voice = ["voicelib==1.0"]
built = ["builtlib==1.0"]
[tool.uv]
override-dependencies = ["sharedlib>=2,<3"]
exclude-newer = "14 days"
[build-system]
requires = ["setuptools==83.0.0", "wheel"]
build-backend = "setuptools.build_meta"
`;

const MAIN = `import json, os, sys
import chatlib, corelib, forklib, modellib, sharedlib
said = {module.__name__: module.VERSION for module in (chatlib, corelib, forklib, modellib, sharedlib)}
if sys.argv[1:] == ["-p", "default", "config", "get", "approvals.mode"]:
    sys.exit(print("manual"))
print(json.dumps({"arguments": sys.argv[1:], "versions": said, "python": os.environ["AIRLOCK_TEST_PYTHON"]}))
`;

/** A stand-in of Hermes' repository, and one of a package that another platform has from git. */
export class Repository {
  private readonly work: string;
  private readonly fork: string;

  constructor(readonly root: string) {
    this.work = join(root, 'work/hermes-agent');
    this.fork = join(root, 'work/forklib');
    for (const work of [this.work, this.fork]) {
      mkdirSync(work, { recursive: true });
      this.git(work, 'init', '-q', '--initial-branch=main');
    }
    writeFileSync(
      join(this.fork, 'pyproject.toml'),
      '[project]\nname = "forklib"\nversion = "1.0"\nrequires-python = ">=3.8"\ndependencies = []\n',
    );
    this.commit(this.fork, 'A package');
  }

  /** The real uv makes the lock file, for this machine's Python; then both files speak of the real one's. */
  async lock(uv: string, index: string, environment: Record<string, string>): Promise<void> {
    const python = execFileSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
      encoding: 'utf8',
    }).trim();
    const fork = this.git(this.fork, 'rev-parse', 'HEAD');
    const project = PROJECT.replace('@FORK@', fork);
    this.write({ 'pyproject.toml': project.replace('@PYTHON@', `>=${python}`) });
    await promisify(execFile)(uv, ['lock', '-q', '-p', 'python3', '--default-index', `${index}/simple`], {
      cwd: this.work,
      env: {
        ...environment,
        ...{ PATH: process.env.PATH, HOME: this.root },
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: `url.file://${this.fork}.insteadOf`,
        GIT_CONFIG_VALUE_0: 'https://github.com/example/forklib.git',
      },
    });
    this.write({
      'pyproject.toml': project.replace('@PYTHON@', '>=3.14,<3.15'),
      // The real one names the index that its makers used, and no machine may ask.
      'uv.lock': this.read('uv.lock')
        .replace(/^requires-python = .*/m, 'requires-python = "==3.14.*"')
        .replaceAll(index, 'https://index.example.org'),
      'hermes_cli/__init__.py': '',
      'hermes_cli/main.py': MAIN,
    });
  }

  read(file: string): string {
    return readFileSync(join(this.work, file), 'utf8');
  }

  /** Files that differ from the last commit's, as another commit. @returns its name */
  publish(files: Record<string, string>): string {
    this.write(files);
    return this.commit(this.work, 'A change');
  }

  /** What the server has from now on: the commit and those before it. */
  serve(commit: string): void {
    const bare = join(this.root, 'NousResearch/hermes-agent.git');
    execFileSync('rm', ['-rf', bare]);
    this.git(this.root, 'init', '-q', '--bare', '--initial-branch=main', bare);
    this.git(this.work, 'push', '-q', '--force', bare, `${commit}:refs/heads/main`);
  }

  private write(files: Record<string, string>): void {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.work, file)), { recursive: true });
      writeFileSync(join(this.work, file), text);
    }
  }

  private commit(work: string, message: string): string {
    this.git(work, 'add', '.');
    this.git(work, 'commit', '-q', '--allow-empty', '-m', message);
    return this.git(work, 'rev-parse', 'HEAD');
  }

  private git(directory: string, ...words: string[]): string {
    const identity = [
      '-c',
      'user.name=test',
      '-c',
      'user.email=test@example.com',
      '-c',
      'commit.gpgsign=false',
    ];
    const env = { PATH: process.env.PATH, HOME: this.root };
    return execFileSync('git', [...identity, ...words], { cwd: directory, env, encoding: 'utf8' }).trim();
  }
}
