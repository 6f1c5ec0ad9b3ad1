/** The virtual machine in the place of the agent's EC2 instance. */
export interface VirtualMachine {
  readonly kernel: string;
  readonly initrd: string;
  /** Raw disks. */
  readonly root: string;
  readonly state: string;
  readonly hardwareAddress: string;
  readonly tap: string;
  /** Path of the socket to the rehearsal's program inside. */
  readonly socket: string;
  readonly memoryMiB: number;
}

/** How EBS volumes name themselves: `vol` and 17 hexadecimal digits, as NVMe serial number (EC2 user guide). */
const ROOT_SERIAL = 'vol0000000000000root';
export const STATE_SERIAL = 'vol000000000000state';
/** Programs recognise an EC2 instance by `ec2` at the start (EC2 user guide, "Detect whether a host is an EC2 instance"). */
const UUID = 'ec2e0000-0000-4000-8000-000000000001';

/** x86-64-v2, enough for Debian's programs: wide vectors are slow to emulate. */
const CPU = 'qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16,+rdrand';

/** The name by which the program inside finds the port. */
const PORT = 'airlock.rehearsal';

/**
 * One processor: of two emulated ones, one may run kernel text that the other is patching, and the machine panics
 * ("Oops: int3", seen with qemu 7.2 when the agent's CPUQuota is set).
 */
const CPUS = 1;

/**
 * qemu's arguments: plain emulation, the kernel loaded directly, disks on NVMe and a firmware that names EC2, as on Nitro
 * instances. The console is qemu's standard output.
 */
export function qemuArguments(machine: VirtualMachine): string[] {
  const disk = (id: string, file: string, serial: string) => [
    ...['-drive', `if=none,id=${id},file=${file},format=raw,cache=unsafe,discard=unmap`],
    ...['-device', `nvme,drive=${id},serial=${serial}`],
  ];
  return [
    ...['-accel', 'tcg', '-machine', 'q35', '-cpu', CPU],
    ...['-smp', String(CPUS), '-m', String(machine.memoryMiB)],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-monitor', 'none'],
    ...['-kernel', machine.kernel, '-initrd', machine.initrd],
    ...['-append', 'root=LABEL=root ro console=ttyS0 systemd.show_status=0'],
    ...['-smbios', `type=1,manufacturer=Amazon EC2,serial=${UUID},uuid=${UUID}`],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=inside,path=${machine.socket},server=on,wait=off`],
    ...['-device', 'virtio-serial-pci', '-device', `virtserialport,chardev=inside,name=${PORT}`],
    ...['-device', 'virtio-rng-pci'],
    ...disk('root', machine.root, ROOT_SERIAL),
    ...disk('state', machine.state, STATE_SERIAL),
    ...['-netdev', `tap,id=link,ifname=${machine.tap},script=no,downscript=no`],
    ...['-device', `virtio-net-pci,netdev=link,mac=${machine.hardwareAddress},romfile=`],
  ];
}
