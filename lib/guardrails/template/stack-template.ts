import { type ReachReport, reach } from '../../reach';
import { readDocument } from '../../reach/template/document';
import { Template } from '../../reach/template/template';
import { type Cell, cellsOf } from './cell';
import { type Leaf, leavesOf } from './leaves';

/** A stack's template as the rules read it; each part is worked out once, when a rule first asks. */
export class StackTemplate {
  readonly template: Template;
  private readonly known: { cells?: readonly Cell[]; leaves?: readonly Leaf[]; reach?: ReachReport } = {};

  /** @throws when `raw` is no CloudFormation template */
  constructor(readonly raw: unknown) {
    const read = readDocument(raw);
    if (!read.ok) {
      throw new Error(`not a CloudFormation template: ${read.problems.join('; ')}`);
    }
    this.template = new Template(read.document);
  }

  /** Every agent that anything in this stack belongs to, whole or not. */
  get cells(): readonly Cell[] {
    this.known.cells ??= cellsOf(this.template);
    return this.known.cells;
  }

  /** Every text in it. */
  get leaves(): readonly Leaf[] {
    this.known.leaves ??= leavesOf(this.raw);
    return this.known.leaves;
  }

  /** What its machines can reach. */
  get reach(): ReachReport {
    this.known.reach ??= this.computeReach();
    return this.known.reach;
  }

  private computeReach(): ReachReport {
    const result = reach(this.raw);
    if (!result.ok) {
      throw new Error(`not a CloudFormation template: ${result.problems.join('; ')}`);
    }
    return result.report;
  }
}
