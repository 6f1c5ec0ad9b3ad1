/** Sizes up to `xlarge`, for which T types have other numbers (EC2 user guide, "Instance types"). */
const SMALL: Readonly<Record<string, readonly [t: number, other: number]>> = {
  nano: [2, 1],
  micro: [2, 1],
  small: [2, 1],
  medium: [2, 1],
  large: [2, 2],
  xlarge: [4, 4],
};

/** The vCPUs of a Graviton type, by its size; undefined for bare metal, whose name lacks the number. */
export function vcpusOf(type: string): number | undefined {
  const [family = '', size = ''] = type.split('.');
  const small = SMALL[size];
  if (small) return small[family.startsWith('t') ? 0 : 1];
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  return times === undefined ? undefined : Number(times) * 4;
}

/** Whether a type counts towards the vCPUs of standard instances: A, C, D, H, I, M, R, T and Z families. */
export function isStandard(type: string): boolean {
  return /^(?:[acdhimrtz]|im|is)\d/.test(type);
}
