/** Milliseconds of CLOCK_MONOTONIC: since the boot, in every process, whatever becomes of the clock (libuv, `uv_hrtime`). */
export function monotonic(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
