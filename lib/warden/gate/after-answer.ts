/** Acts once the answer that is given now is on its way: iron-proxy's client waits for nothing of it. */
export function afterAnswer(act: () => void): void {
  setImmediate(() => setImmediate(act));
}
