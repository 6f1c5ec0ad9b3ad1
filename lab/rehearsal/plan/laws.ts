/** What a rehearsal shows, and the machine in which each check has to fail. */
export const LAWS = {
  R01: {
    law: 'DNS and certificate are set before the first call to anybody',
    broken: 'resolvers left to DHCP, and a call to a stranger',
  },
  R02: {
    law: 'the agent waits while the proxy box is down, says so, and carries on when it comes',
    broken: 'a door that is never waited for',
  },
  R03: {
    law: 'the state volume is made once, and mounted again after a rebuild with its data intact',
    broken: 'a rebuilt machine that is given a blank volume',
  },
  R04: {
    law: "the agent's unit is up, as its own user, with the limits of the configuration",
    broken: 'a unit without user and slice',
  },
  R05: { law: 'a reboot brings everything back', broken: 'a reboot into a damaged state volume' },
  R06: {
    law: 'a changed user data is in force after a stop and start of the same instance',
    broken: 'a reboot with the user data unchanged',
  },
  R07: { law: 'nothing listens but loopback and sshd', broken: 'a web server on every address' },
  R08: { law: 'cloud-init ends without an error', broken: 'a script that ends with one' },
  R09: { law: 'no unit fails', broken: 'a unit that does' },
  R10: {
    law: 'a damaged state volume is refused, on the console and in the journal, and the agent stays off',
    broken: 'the sound volume',
  },
  R11: {
    law: 'an image of another release is refused, on the console and in the journal, and the agent stays off',
    broken: 'the right release',
  },
  R12: {
    law: 'a package that is missing, refused, cut short or another than the pinned one is said and asked for again, and the agent stays off until the pinned one comes',
    broken: 'an installation that compares nothing',
  },
  R13: {
    law: 'a full state volume is refused, on the console and in the journal, and the agent stays off',
    broken: 'the volume with room on it',
  },
  R14: {
    law: 'what the policy allows passes the proxy box by name, with its secret, and nothing else passes',
    broken: 'resolvers left to DHCP',
  },
  R15: {
    law: 'a configuration that the runtime rejects is refused with its own words, and the agent stays off',
    broken: 'a configuration that it takes',
  },
  R16: {
    law: 'a skill that is not the listed one is refused, on the console and in the journal, and the agent stays off',
    broken: 'no skill',
  },
} as const;

export type LawId = keyof typeof LAWS;
