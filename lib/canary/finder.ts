import type { Canary } from './credentials';
import { formsOf, WINDOW } from './forms';
import { unescaped } from './unescaped';

/** Layers of percent-encoding and escapes that are undone. */
const LAYERS = 3;
/** Bytes of a body that are searched at once, and of the one before that are searched again: a form under all layers. */
const [SLICE, OVERLAP] = [128 * 1024, 8 * 1024];

/** Bytes as the search compares them: letters without case, digits, base64's two alphabets as one, everything else. */
const CLASSES = 39;
const FOLD = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = (byte | 0x20) - 0x61;
  if (letter >= 0 && letter < 26 && byte >= 0x41) return letter;
  if (byte >= 0x30 && byte <= 0x39) return 26 + byte - 0x30;
  return { '+': 36, '-': 36, '/': 37, _: 37 }[String.fromCharCode(byte)] ?? CLASSES - 1;
});

interface Form {
  readonly id: string;
  /** Folded. */
  readonly bytes: Uint8Array;
}

/**
 * Finds canaries in bytes. Wu and Manber's search: the last three of sixteen bytes say how far the next form can begin, so
 * most bytes are never looked at, however many forms there are.
 */
export class CanaryFinder {
  private readonly shift = new Uint8Array(CLASSES ** 3).fill(WINDOW - 2);
  private readonly ending = new Map<number, Form[]>();

  constructor(canaries: readonly Pick<Canary, 'id' | 'values'>[]) {
    for (const { id, values } of canaries)
      for (const text of values.flatMap(formsOf)) this.add({ id, bytes: Buffer.from(text).map(folded) });
  }

  /** Ids of the canaries in a text, each once. */
  find(bytes: Buffer): string[] {
    const found = new Set<string>();
    let text: Buffer | undefined = bytes;
    for (let layer = 0; text !== undefined && layer <= LAYERS; layer += 1) {
      this.search(text, found);
      text = unescaped(text);
    }
    return [...found];
  }

  /** The same for a large text, in turns. */
  *findInSlices(bytes: Buffer): Generator<undefined, string[]> {
    const found = new Set<string>();
    for (let at = 0; at < bytes.length; at += SLICE) {
      for (const id of this.find(bytes.subarray(Math.max(0, at - OVERLAP), at + SLICE))) found.add(id);
      yield;
    }
    return [...found];
  }

  private add(form: Form): void {
    for (let at = 2; at < WINDOW; at += 1) {
      const block = blockAt(form.bytes, at);
      this.shift[block] = Math.min(this.shift[block] as number, WINDOW - 1 - at);
    }
    const last = blockAt(form.bytes, WINDOW - 1);
    this.ending.set(last, [...(this.ending.get(last) ?? []), form]);
  }

  private search(text: Buffer, found: Set<string>): void {
    const { shift, ending } = this;
    for (let at = WINDOW - 1; at < text.length; ) {
      const block =
        ((FOLD[text[at - 2] as number] as number) * CLASSES + (FOLD[text[at - 1] as number] as number)) *
          CLASSES +
        (FOLD[text[at] as number] as number);
      const step = shift[block] as number;
      if (step === 0)
        for (const { id, bytes } of ending.get(block) ?? [])
          if (isAt(text, at - WINDOW + 1, bytes)) found.add(id);
      at += step || 1;
    }
  }
}

function folded(byte: number): number {
  return FOLD[byte] as number;
}

function blockAt(bytes: Uint8Array, at: number): number {
  const [first = 0, second = 0, third = 0] = bytes.subarray(at - 2, at + 1);
  return (first * CLASSES + second) * CLASSES + third;
}

function isAt(text: Buffer, from: number, form: Uint8Array): boolean {
  if (from + form.length > text.length) return false;
  for (let at = form.length - 1; at >= 0; at -= 1)
    if (FOLD[text[from + at] as number] !== form[at]) return false;
  return true;
}
