import { escaped, htmlPage } from '../html-page';
import { script } from './script';
import { STYLE } from './style';

const BODY = `<p id="problem" class="note bad" role="alert"></p><p id="said" class="dim" role="status"></p>
<p id="empty" hidden>The stack has no agent.</p>
<div id="agents" class="agents"></div>
<div id="details" hidden><h2 id="name"></h2><div class="columns">
<section aria-labelledby="h-grants"><h3 id="h-grants">Rules that need a grant</h3><ul id="grants" tabindex="0" aria-labelledby="h-grants"></ul></section>
<section aria-labelledby="h-requests"><h3 id="h-requests">Requests of the last 15 minutes (UTC)</h3><ul id="requests" tabindex="0" aria-labelledby="h-requests"></ul></section>
<section aria-labelledby="h-refused"><h3 id="h-refused">Refused in the last 15 minutes (UTC)</h3><ul id="refused" tabindex="0" aria-labelledby="h-refused"></ul></section>
<section aria-labelledby="h-learned"><h3 id="h-learned">Rules that would allow what was refused in the last hour</h3>
<p class="dim">The agent chose these requests. Put a rule into the agent's file only when you know why it is needed.</p><pre id="learned"></pre></section>
</div></div>
<dialog id="dialog" aria-labelledby="confirm"><form method="dialog"><p id="confirm"></p>
<p><input id="typed" autocomplete="off" spellcheck="false" aria-label="the agent's name"></p>
<button id="contain" class="danger" value="contain">Contain</button><button id="cancel" type="button">Cancel</button></form></dialog>`;

/**
 * The page of the console: agents, requests, refusals, grants, spend, containment.
 *
 * @param pause milliseconds from one look to the next
 */
export function consolePage(stack: string, pause = 5_000): string {
  return htmlPage({
    title: `${stack}: console`,
    styles: [STYLE],
    scripts: [script(pause)],
    body: `<header><h1>${escaped(stack)}</h1><span id="at" class="dim"></span></header><main>${BODY}</main>`,
    policy: ["connect-src 'self'"],
  });
}
