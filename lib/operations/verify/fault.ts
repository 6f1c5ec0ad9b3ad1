/** What keeps an agent from counting as verified: a check that fails, or that AWS didn't answer. */
export function isFault({ result }: { readonly result: string }): boolean {
  return result !== 'pass' && result !== 'not applicable';
}
