import { blankDisk, heads, overwrite, partitionTable, SPARE } from './disk-image';
import { testWith, useConfiguredMachine } from './machine';

const SERIAL = 'vol0123456789abcdef0';
const test = testWith('mkfs.ext4');
const machine = useConfiguredMachine();
beforeEach(() => {
  const traces = ['volume', 'second', 'store', 'late', 'etc/airlock/state', 'run/airlock/state'];
  machine.run(['rm', '-f', ...traces.map((each) => machine.at(each))]);
  machine.standIn('findmnt', 'echo /dev/nvme0n1p1');
  machine.standIn(
    'mkfs.ext4',
    'PATH=/usr/sbin:/sbin:$PATH; exec "$(which -a mkfs.ext4 | grep -v stand-ins | head -1)" "$@"',
  );
  machine.standIn('sleep', 'exit 0');
  attach({ volume: SERIAL });
});

/** What lsblk says: the root disk, and these files as disks. */
function attach(disks: Record<string, string>): void {
  const rows = Object.entries(disks).map(([file, serial]) => `echo "${image(file)} ${serial}"`);
  machine.standIn(
    'lsblk',
    `case "$*" in *TYPE*) echo "/dev/nvme0n1p1 part"; echo "/dev/nvme0n1 disk";; *) echo "/dev/nvme0n1 vol0aaaaaaaaaaaaaaaa"; ${rows.join('; ') || ':'};; esac`,
  );
}

function image(name = 'volume'): string {
  return machine.at(name);
}

function prepare(): { status: number | null; output: string } {
  machine.write('/calls', '');
  return machine.run(['sh', machine.at('usr/lib/airlock/state')]);
}

function made(): number {
  return machine.calls('mkfs.ext4').length;
}

/** A second machine life: the root disk is new, the volume is not. */
function rebuild(): void {
  machine.run(['rm', '-f', machine.at('etc/airlock/state')]);
}

function keep(text: string): void {
  machine.write('/memory', text);
  machine.run(['debugfs', '-w', '-R', `write ${machine.at('memory')} memory`, image()]);
}

function kept(): string {
  return machine.run(['debugfs', '-R', 'cat memory', image()]).output;
}

test('makes the file system once, and names the volume', () => {
  blankDisk(image());
  expect(prepare()).toMatchObject({
    status: 0,
    output: expect.stringContaining(`made the file system of ${image()} ${SERIAL}`),
  });
  expect(made()).toBe(1);
  expect(machine.run(['readlink', machine.at('run/airlock/state')]).output.trim()).toBe(image());
});

test('VOL-2 never makes it again, after a reboot or a rebuild, and keeps what is on it', () => {
  blankDisk(image());
  prepare();
  keep('what the agent learnt');
  expect(prepare().status).toBe(0);
  rebuild();
  expect(prepare().status).toBe(0);
  expect(made()).toBe(0);
  expect(kept()).toContain('what the agent learnt');
});

test('VOL-2 takes a larger volume made of a snapshot as it is, on a new machine and on one that had another', () => {
  blankDisk(image());
  prepare();
  keep('what the agent learnt');
  // A snapshot of a volume in use: its journal is not empty.
  machine.run(['debugfs', '-w', '-R', 'set_super_value state 0', image()]);
  for (const isNew of [true, false]) {
    machine.run(['cp', image(), image('second')]);
    machine.run(['truncate', '-s', '2G', image('second')]);
    if (isNew) rebuild();
    else machine.write('/etc/airlock/state', `${SERIAL}\n`);
    attach({ second: 'vol0bbbbbbbbbbbbbbbb' });
    expect(prepare().status).toBe(0);
    expect(made()).toBe(0);
    expect(machine.run(['debugfs', '-R', 'cat memory', image('second')]).output).toContain(
      'what the agent learnt',
    );
    expect(machine.read('/etc/airlock/state')).toBe('vol0bbbbbbbbbbbbbbbb\n');
  }
});

test('repairs what e2fsck repairs unasked', () => {
  blankDisk(image());
  prepare();
  machine.run(['debugfs', '-w', '-R', 'set_super_value state 0', image()]);
  expect(prepare().status).toBe(0);
  expect(made()).toBe(0);
});

test('waits for a volume that is attached late', () => {
  blankDisk(image());
  attach({});
  machine.standIn('sleep', `cp "${machine.at('late')}" "${machine.at('stand-ins/lsblk')}"`);
  const none = machine.read('/stand-ins/lsblk');
  attach({ volume: SERIAL });
  machine.write('/late', machine.read('/stand-ins/lsblk'));
  machine.standIn('lsblk', none.split('\n').slice(2).join('\n'));
  const { status, output } = prepare();
  expect(output.match(/waiting for the state volume \(\/dev\/sdf\)/g)).toHaveLength(1);
  expect(status).toBe(0);
});

describe('refuses, formats nothing', () => {
  const refused = (reason: RegExp): void => {
    const { status, output } = prepare();
    expect(output).toMatch(/airlock: STATE VOLUME REFUSED, the agent stays off: /);
    expect(output).toMatch(reason);
    expect(status).toBe(1);
    expect(made()).toBe(0);
    expect(machine.has('/run/airlock/state')).toBe(false);
  };
  const untouched = (reason: RegExp): void => {
    const before = heads(image());
    refused(reason);
    expect(heads(image()) === before).toBe(true);
  };
  const used = (): void => {
    blankDisk(image());
    prepare();
    machine.run(['rm', machine.at('run/airlock/state')]);
  };

  test('a damaged file system', () => {
    used();
    overwrite(image(), 4096, Buffer.alloc(64 * 4096, 0xa5));
    refused(/damaged; run e2fsck by hand or restore a backup/);
  });

  test('a lost superblock, even on a rebuilt machine that never saw the volume', () => {
    used();
    rebuild();
    overwrite(image(), 0, Buffer.alloc(8192));
    untouched(/unreadable, or lost its superblock/);
  });

  test('a volume gone blank under this machine', () => {
    used();
    overwrite(image(), 0, Buffer.alloc(8192));
    overwrite(image(), SPARE, Buffer.alloc(4096));
    untouched(/held a file system and is blank/);
  });

  test('a disk that ends before it should', () => {
    blankDisk(image(), 1);
    untouched(/unreadable/);
  });

  test('another file system', () => {
    blankDisk(image());
    machine.run(['mke2fs', '-q', '-t', 'ext2', image()]);
    untouched(/holds ext2, not ext4/);
  });

  test('a partition table', () => {
    blankDisk(image());
    overwrite(image(), 0, partitionTable());
    untouched(/holds something unclear, not ext4/);
  });

  test('two candidates', () => {
    blankDisk(image());
    blankDisk(image('second'));
    attach({ volume: SERIAL, second: 'vol0bbbbbbbbbbbbbbbb' });
    untouched(/more than one/);
  });

  test('a machine whose root disk it cannot tell', () => {
    blankDisk(image());
    machine.standIn('findmnt', 'exit 1');
    machine.standIn('lsblk', 'exit 1');
    untouched(/which disk is the root disk\?/);
  });
});

test('never takes an instance store disk or the root disk', () => {
  blankDisk(image());
  blankDisk(image('store'));
  attach({ volume: SERIAL, store: 'AWS0123456789ABCDEF0' });
  expect(prepare().status).toBe(0);
  expect(machine.calls('mkfs.ext4')).toEqual([`mkfs.ext4 -q -b 4096 -L agent-state ${image()}`]);
});
