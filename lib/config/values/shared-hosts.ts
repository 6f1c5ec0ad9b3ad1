import { isOfManyOwners, registeredName } from './public-suffix';

/**
 * Hosts that many tenants share (POL-1): whoever may reach any path there can give data to a stranger's account. The
 * public suffix list knows hosts with a name for each tenant; here are those it doesn't know, or whose parent it doesn't.
 */
export const SHARED_HOSTS: readonly string[] = [
  // Code
  `
  api.github.com gitlab.com api.bitbucket.org
  github.com gist.github.com uploads.github.com codeload.github.com ghcr.io *.pkg.github.com
  *.githubassets.com registry.gitlab.com bitbucket.org codeberg.org sr.ht *.sr.ht dev.azure.com
  *.visualstudio.com gitea.com sourceforge.net *.sourceforge.net
  `,
  // Clouds, their storage and functions
  `
  *.amazonaws.com *.amazonaws.com.cn *.on.aws *.awsapprunner.com *.amazoncognito.com *.api.aws
  *.googleusercontent.com *.run.app *.firebaseio.com *.gcr.io *.pkg.dev docs.google.com drive.google.com
  script.google.com sites.google.com forms.gle *.blob.core.windows.net *.core.windows.net *.cloudapp.azure.com
  *.azurecontainerapps.io *.azurecr.io graph.microsoft.com *.sharepoint.com onedrive.live.com *.office.com
  *.powerautomate.com *.r2.cloudflarestorage.com *.digitaloceanspaces.com *.linodeobjects.com
  *.backblazeb2.com *.wasabisys.com *.oraclecloud.com *.aliyuncs.com *.myqcloud.com *.ovh.net *.scw.cloud
  *.railway.app *.glitch.me *.replit.dev *.loca.lt *.fastly.net *.b-cdn.net cdn.jsdelivr.net unpkg.com
  cdnjs.cloudflare.com
  `,
  // Models and data
  `
  huggingface.co *.hf.co api.replicate.com *.kaggle.com colab.research.google.com
  `,
  // Chat, mail, paste, files, forms
  `
  slack.com *.slack.com hooks.slack.com discord.com *.discord.com discordapp.com *.discordapp.com
  api.telegram.org *.telegram.org t.me graph.facebook.com *.whatsapp.com api.twitter.com api.x.com x.com
  bsky.social *.bsky.network www.reddit.com *.reddit.com api.sendgrid.com api.mailgun.net api.postmarkapp.com
  api.twilio.com pastebin.com *.pastebin.com paste.rs dpaste.com 0x0.st transfer.sh file.io gofile.io
  *.dropbox.com *.dropboxapi.com *.box.com *.wetransfer.com api.notion.com *.atlassian.net api.atlassian.com
  api.linear.app api.airtable.com api.trello.com *.zendesk.com *.zapier.com hooks.zapier.com *.make.com
  *.ifttt.com webhook.site *.pipedream.net *.requestcatcher.com *.oast.fun *.interact.sh api.ipify.org
  *.typeform.com *.salesforce.com *.sentry.io *.datadoghq.com *.logtail.com *.wordpress.com *.medium.com
  *.docker.io *.docker.com quay.io *.cloudsmith.io *.jfrog.io *.packagecloud.io
  `,
].flatMap((names) => names.trim().split(/\s+/));

/** Leading path segments that name one tenant's part, where it isn't the first alone: /repos/owner, /owner/repository. */
const DEEPER: Readonly<Record<string, number>> = {
  'api.github.com': 2,
  'gitlab.com': 2,
  'api.bitbucket.org': 3,
};

/** How many leading segments name a tenant where the host is shared; `undefined` where it isn't. */
export function tenantSegments(host: string): number | undefined {
  const depths = SHARED_HOSTS.filter((pattern) => hostsOverlap(pattern, host)).map(
    (pattern) => DEEPER[pattern] ?? 1,
  );
  if (isOfManyOwners(host.replace(/^\*\./, ''))) depths.push(1);
  return depths.length === 0 ? undefined : Math.max(...depths);
}

/**
 * The domain of the owner of a host. Below a domain whose names belong to many tenants (such as `*.amazonaws.com`), it is
 * the host itself.
 */
export function ownerOf(host: string): string {
  const name = host.replace(/^\*\./, '');
  const isTenants = SHARED_HOSTS.some((pattern) => pattern.startsWith('*.') && hostsOverlap(pattern, name));
  return isTenants || isOfManyOwners(name) ? name : registeredName(name);
}

/** Whether some host matches both patterns, as iron-proxy reads them: `*.x` matches `x` too. */
export function hostsOverlap(a: string, b: string): boolean {
  const covers = (wide: string, narrow: string) =>
    wide.startsWith('*.') && (narrow === wide.slice(2) || narrow.endsWith(wide.slice(1)));
  return a === b || covers(a, b) || covers(b, a);
}
