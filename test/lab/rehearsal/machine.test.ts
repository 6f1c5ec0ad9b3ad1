import { cellOf } from '../../../lab/rehearsal/plan/cell';
import { qemuArguments } from '../../../lab/rehearsal/plan/qemu';
import { KIT, planned } from '../support';

const ARGUMENTS = qemuArguments({
  ...{ kernel: '/k', initrd: '/i', root: '/r', state: '/s', socket: '/c', tap: 'tap0' },
  hardwareAddress: '0a:ff:0a:40:00:05',
  memoryMiB: 2048,
});

test("the machine's only link leads to the tap", () => {
  expect(ARGUMENTS.filter((word) => /netdev=|^tap,|^user|^socket,/.test(word))).toEqual([
    'socket,id=inside,path=/c,server=on,wait=off',
    'tap,id=link,ifname=tap0,script=no,downscript=no',
    'virtio-net-pci,netdev=link,mac=0a:ff:0a:40:00:05,romfile=',
  ]);
  expect(ARGUMENTS).toContain('-nodefaults');
});

test('an agent that is not there is refused by name', () => {
  const found = cellOf(planned(KIT), 'nobody');
  expect(found.ok ? '' : found.message).toMatch(/no agent "nobody" in this template: it has \w+/);
});
