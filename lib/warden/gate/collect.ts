import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAnswer } from './after-answer';

/** Messages of more bytes are given back at once. */
const LARGE = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/**
 * Gives the memory of a message back once its answer is on its way. Otherwise what is left of one judged body of 32 MiB still
 * lies there while the next one arrives, and together they reach the gate's limit.
 */
export function collectAfter(bytes: number): void {
  if (bytes > LARGE) afterAnswer(collect);
}
