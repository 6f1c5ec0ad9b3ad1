import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '..');
const ROOMS = ['constructs', 'lib', 'lab', 'bin'] as const;
type Room = (typeof ROOMS)[number];

/** What each room may import from; the order of ROOMS is the only direction. */
const MAY_IMPORT: Record<Room, readonly Room[]> = {
  constructs: ['constructs'],
  lib: ['constructs', 'lib'],
  lab: ['constructs', 'lib', 'lab'],
  bin: ['lab', 'lib', 'bin'],
};

describe('imports run one way: bin, lab, lib, constructs', () => {
  test.each(ROOMS)('%s imports only from the rooms below it', (room) => {
    const wrong = imports(room).filter(({ to }) => !MAY_IMPORT[room].includes(to.split('/')[0] as Room));
    expect(wrong).toEqual([]);
  });

  test.each(['constructs/address', 'lib/audit', 'lib/cost', 'lib/policy', 'lib/reach'])(
    '%s is pure: no AWS, no CDK, no files',
    (room) => {
      // node:net is here for its arithmetic of addresses, node:buffer for bytes, node:crypto for digests: all are pure.
      const impure = packages(room).filter((name) =>
        /^(node:(?!(?:net|buffer|crypto)$)|aws-cdk|@aws|constructs$|cdk-nag)/.test(name),
      );
      expect(impure).toEqual([]);
      const fromNet = sources(room).flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/import \{([^}]*)\} from 'node:net'/g)].flatMap((match) =>
          (match[1] as string).split(',').map((name) => name.trim()),
        ),
      );
      expect(fromNet.filter((name) => !/^(isIP|isIPv4|isIPv6|BlockList)$/.test(name))).toEqual([]);
    },
  );

  test('lib/config loads itself, names and data of constructs, and no file that bundles shell', () => {
    const { files, others } = loadedWith(sources('lib/config'));
    const above = files.filter(
      (file) => !/^(lib\/(config\/|json\.ts|printable\.ts)|constructs\/)/.test(file),
    );
    expect(above).toEqual([]);
    expect(others).toEqual(['lib/config/regions/regions.json']);
  });

  test('constructs never read a file, but for the digest of what they publish', () => {
    const readers = sources('constructs').filter((file) => /node:fs/.test(readFileSync(file, 'utf8')));
    expect(readers.map((file) => relative(ROOT, file)).sort()).toEqual([
      'constructs/package-root.ts',
      'constructs/proxy/software.ts',
    ]);
  });

  test('only bin touches process, but for the programs that run on AWS', () => {
    const allowed = /^lib\/warden\/|^(constructs\/provider|lib\/operations\/(containment|watch))\/function\//;
    const touching = [...sources('lib'), ...sources('constructs')]
      .filter((file) => /(?<![\w.])process\.(?!platform\b)/.test(withoutComments(readFileSync(file, 'utf8'))))
      .map((file) => relative(ROOT, file))
      .filter((file) => !allowed.test(file));
    expect(touching).toEqual([]);
  });

  test.each(['lib/warden/main.ts', 'constructs/provider/function/handler.ts'])(
    '%s bundles no public suffix list',
    (entry) => {
      const { files } = loadedWith([join(ROOT, entry)]);
      expect(files.length).toBeGreaterThan(10);
      const using = files.filter((file) =>
        specifiers(readFileSync(join(ROOT, file), 'utf8')).includes('tldts'),
      );
      expect(using).toEqual([]);
    },
  );

  test('no files import each other in a circle, types included', () => {
    const texts = ROOMS.flatMap(sources).map((file) => [file, readFileSync(file, 'utf8')] as const);
    expect(inCircles(new Map(texts))).toEqual([]);
  });

  test('the check sees a circle, and nothing else of what surrounds it', () => {
    const files = {
      'lib/a.ts': "import type { B } from './b';",
      'lib/b/index.ts': "export { c } from '../c';",
      'lib/c.ts': "const a = await import('./a');",
      'lib/above.ts': "import { a } from './a';\nimport './b/index';",
      'lib/below.ts': '',
      'lib/alone.ts': "import fs from 'node:fs';\nimport { below } from './below';",
    };
    const texts = Object.entries(files).map(([file, text]) => [join(ROOT, file), text] as const);
    expect(inCircles(new Map(texts))).toEqual(['lib/a.ts', 'lib/b/index.ts', 'lib/c.ts']);
    const opened = texts.map(([file, text]) => [file, text.replace('import type { B }', '')] as const);
    expect(inCircles(new Map(opened.map(([file, text]) => [file, text.replace("'./b'", '')])))).toEqual([]);
  });

  test.each([
    ['lib/json.ts', /!== null && !Array\.isArray\(/],
    ['lib/printable.ts', /\\p\{Cc\}\\p\{Cf\}\\p\{Zl\}/],
    ['constructs/address/cidr.ts', /split\('\.'\)\s*\.reduce\(/],
  ])('%s is the only file that says how', (file, pattern) => {
    const saying = ROOMS.flatMap(sources).filter((each) => pattern.test(readFileSync(each, 'utf8')));
    expect(saying.map((each) => relative(ROOT, each))).toEqual([file]);
  });

  test('the check sees a wrong import', () => {
    expect(targetsOf("import { x } from '../lib/config';", join(ROOT, 'constructs/x.ts'))).toEqual([
      'lib/config',
    ]);
  });
});

/** The files that their own imports lead back to. */
function inCircles(texts: ReadonlyMap<string, string>): string[] {
  const targets = new Map(
    [...texts].map(([file, text]) => {
      const paths = targetsOf(text, file).flatMap((to) => [`${to}.ts`, `${to}/index.ts`]);
      return [file, paths.map((path) => join(ROOT, path)).filter((path) => texts.has(path))];
    }),
  );
  const reached = (from: string): Set<string> => {
    const found = new Set(targets.get(from));
    for (const file of found) for (const next of targets.get(file) ?? []) found.add(next);
    return found;
  };
  const circling = [...texts.keys()].filter((file) => reached(file).has(file));
  return circling.map((file) => relative(ROOT, file)).sort();
}

function sources(room: string): string[] {
  return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(ROOT, room, name));
}

function imports(room: Room): { from: string; to: string }[] {
  return sources(room).flatMap((file) =>
    targetsOf(readFileSync(file, 'utf8'), file).map((to) => ({ from: relative(ROOT, file), to })),
  );
}

/** What a program that imports these files loads: files of TypeScript, and others. Types are imported by nobody. */
function loadedWith(start: readonly string[]): { files: string[]; others: string[] } {
  const files = new Set(start);
  const others = new Set<string>();
  for (const file of files) {
    const text = readFileSync(file, 'utf8').replaceAll(/^(import|export) type [^;]*;/gm, '');
    for (const to of targetsOf(text, file).map((target) => join(ROOT, target))) {
      const found = [`${to}.ts`, join(to, 'index.ts')].find(existsSync);
      if (found) files.add(found);
      else others.add(to);
    }
  }
  const named = (paths: Set<string>) => [...paths].map((path) => relative(ROOT, path)).sort();
  return { files: named(files), others: named(others) };
}

function specifiers(text: string): string[] {
  return [...text.matchAll(/(?:from|import|(?:require|import)\()\s*'([^']+)'/g)].map(
    (match) => match[1] as string,
  );
}

function targetsOf(text: string, file: string): string[] {
  return specifiers(text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(ROOT, join(dirname(file), specifier)));
}

function packages(room: string): string[] {
  return sources(room).flatMap((file) =>
    specifiers(readFileSync(file, 'utf8')).filter((specifier) => !specifier.startsWith('.')),
  );
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
