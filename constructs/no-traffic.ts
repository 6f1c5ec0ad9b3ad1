/**
 * The rule of a security group that lets nothing out. Without a rule, AWS adds its default one, which allows everything;
 * this one matches no packet.
 */
export const NO_TRAFFIC = {
  ipProtocol: 'icmp',
  fromPort: 252,
  toPort: 86,
  cidrIp: '255.255.255.255/32',
  description: 'nothing',
} as const;
