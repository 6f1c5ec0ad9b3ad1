import { cellOf } from '../../../lab/rehearsal/plan/cell';
import { attachScript, dhcpArguments } from '../../../lab/rehearsal/plan/link';
import { qemuArguments } from '../../../lab/rehearsal/plan/qemu';
import { KIT, planned, rolesIn } from '../support';

const { agent, plan } = rolesIn(KIT);
const ARGUMENTS = qemuArguments({
  ...{ kernel: '/k', initrd: '/i', root: '/r', state: '/s', socket: '/c', tap: 'tap0' },
  hardwareAddress: '0a:ff:0a:40:00:05',
  memoryMiB: 2048,
});

test("the machine's firmware names EC2, and its disks have serial numbers of EBS", () => {
  const text = ARGUMENTS.join(' ');
  expect(text).toMatch(/manufacturer=Amazon EC2,serial=(ec2[0-9a-f-]{33}),uuid=\1(?= )/);
  expect([...text.matchAll(/nvme,drive=(\w+),serial=(vol\w{17})(?= )/g)].map(([, id]) => id)).toEqual([
    'root',
    'state',
  ]);
});

test('the machine has one processor, because two emulated ones can panic', () => {
  expect(ARGUMENTS.slice(ARGUMENTS.indexOf('-smp'), ARGUMENTS.indexOf('-smp') + 2)).toEqual(['-smp', '1']);
});

test("the machine's only link leads to the tap", () => {
  expect(ARGUMENTS.filter((word) => /netdev=|^tap,|^user|^socket,/.test(word))).toEqual([
    'socket,id=inside,path=/c,server=on,wait=off',
    'tap,id=link,ifname=tap0,script=no,downscript=no',
    'virtio-net-pci,netdev=link,mac=0a:ff:0a:40:00:05,romfile=',
  ]);
  expect(ARGUMENTS).toContain('-nodefaults');
});

test("DHCP gives the station's own address and the template's options", () => {
  const words = dhcpArguments(plan, agent);
  expect(words).toContain(`--dhcp-option=option:dns-server,${plan.namedResolvers.join(',')}`);
  expect(words.find((word) => word.startsWith('--dhcp-range='))).toMatch(
    new RegExp(`^--dhcp-range=${agent.v4},${agent.v4},255\\.\\d+\\.\\d+\\.\\d+,1h$`),
  );
  expect(words).toContain('--port=0');
});

test("the bridge answers no ARP: it has the router's address for DHCP alone", () => {
  expect(attachScript(agent)).toMatch(/echo 8 >\/proc\/sys\/net\/ipv4\/conf\/link0\/arp_ignore/);
});

test.each([
  ['an agent that is not there', planned(KIT), 'nobody', /no agent "nobody" in this template: it has \w+/],
])('%s is refused by name', (_, some, name, words) => {
  const found = cellOf(some, name);
  expect(found.ok ? '' : found.message).toMatch(words);
});
