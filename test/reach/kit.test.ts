import { INVARIANTS } from '../../lib/reach/invariants/invariants';
import { brokenTemplates, shippedId } from '../support/broken';
import { brokenIn, KIT, linesOf, reportOf } from './support';

const ID = (name: string) => shippedId(KIT, name);

describe('the shipped template', () => {
  const report = reportOf(KIT);

  test('every invariant holds', () => {
    expect(report.violations).toEqual([]);
    expect(report.notModelled).toEqual([]);
    expect(report.assumptions).toEqual([]);
  });

  test('NET-1 lets the agent host reach nothing but its proxy box', () => {
    expect(linesOf(report, ID('scoutHostInstance'))).toEqual([
      `> machine ${ID('scoutProxyInstance')} tcp 53, 80, 443, 8080`,
      `> machine ${ID('scoutProxyInstance')} udp 53`,
      `< connect-endpoint ${ID('ConnectEndpoint')} tcp 22`,
      '> vpc-resolver 169.254.169.253/32 udp 53',
      '> vpc-resolver 169.254.169.253/32 tcp 53',
    ]);
  });

  test('NET-6 lets the proxy box out on 443 and to its resolvers, both ways of the network ACL included', () => {
    const lines = linesOf(report, ID('scoutProxyInstance')).filter((line) => line.startsWith('> internet'));
    expect(lines.sort()).toEqual([
      '> internet 0.0.0.0/0 tcp 443',
      '> internet 1.1.1.1/32 tcp 53',
      '> internet 1.1.1.1/32 udp 53',
      '> internet 9.9.9.9/32 tcp 53',
      '> internet 9.9.9.9/32 udp 53',
    ]);
  });
});

const KNOWN = new Set<string>(INVARIANTS.map(({ id }) => id));
const BROKEN = brokenTemplates('network').map(({ name, breaks, edit }) => {
  const template = structuredClone(KIT);
  edit(template);
  return { name, breaks: breaks.filter((law) => KNOWN.has(law)), template, report: reportOf(template) };
});

describe('the shipped template with one thing changed', () => {
  test.each(BROKEN)('$name breaks $breaks', ({ breaks, report }) => {
    expect(brokenIn(report).sort()).toEqual([...breaks].sort());
  });

  test('every violation names a resource of the template, what is wrong and what to do', () => {
    for (const { template, report } of BROKEN) {
      for (const violation of report.violations) {
        expect(Object.keys(template.Resources)).toContain(violation.resource);
        expect(violation.message).toContain(violation.resource);
        expect(violation.fix).not.toBe('');
      }
    }
  });

  test('a cell that keeps the law is not blamed for its neighbour', () => {
    const open = BROKEN.find(({ name }) => name === 'agent egress 443 to the world');
    expect(new Set(open?.report.violations.map((each) => each.resource))).toEqual(
      new Set([ID('scoutHostInstance')]),
    );
  });
});
