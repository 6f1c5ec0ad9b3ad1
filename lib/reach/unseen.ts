import { notModelled } from './network/not-modelled';
import type { NotModelled } from './report';
import { readDocument } from './template/document';
import { Template } from './template/template';

/** What `reach` says about the edges of its sight, without the computation; nothing for what is no template. */
export function unseen(template: unknown): readonly NotModelled[] {
  const read = readDocument(template);
  return read.ok ? notModelled(new Template(read.document)).found : [];
}
