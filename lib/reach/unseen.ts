import { notModelled } from './network/not-modelled';
import type { NotModelled } from './report';
import { readDocument } from './template/document';
import { Template } from './template/template';

/** The resources that `reach` doesn't compute, without computing the rest; none when it is no template. */
export function unseen(template: unknown): readonly NotModelled[] {
  const read = readDocument(template);
  return read.ok ? notModelled(new Template(read.document)).found : [];
}
