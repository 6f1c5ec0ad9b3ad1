import { shaped } from '../finding';

const TYPE =
  /^([a-z]+)(\d+)([a-z]*)(?:-[a-z0-9]+)?\.(nano|micro|small|medium|(?:\d*x)?large|metal(?:-\d+xl)?)$/;

/**
 * An arm64 (Graviton) type: EC2 writes a "g" directly after the generation (t4g, c7gn, x2gd, im4gn). The first
 * generation, a1, is too old for Amazon Linux 2023.
 */
export const checkInstanceType = shaped(/^[a-z]+\d+g[a-z]*(?:-[a-z0-9]+)?\.[a-z0-9-]+$/, (type) => {
  const [, , , attributes, size] = TYPE.exec(type) ?? [];
  if (attributes === undefined) {
    return { message: 'is not an EC2 instance type', fix: 'write one such as "t4g.large" or "m7g.xlarge"' };
  }
  return attributes.startsWith('g')
    ? undefined
    : {
        message:
          'is not an arm64 (Graviton) type; images here are arm64, and another architecture would replace the machine (CHG-1)',
        fix: `write one such as ${JSON.stringify(like(size ?? 'large'))}`,
      };
});

function like(size: string): string {
  return /^(nano|micro|small|medium|large|2?xlarge)$/.test(size) ? `t4g.${size}` : `m7g.${size}`;
}
