/** Does something for each item, so many at a time, in the order of the items. */
export async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  each: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  const lane = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await each(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
