import { isPublicSuffix } from './public-suffix';

/**
 * Hosts that many tenants share (POL-1): whoever may reach any path there may hand data to a stranger's account.
 * `tenant` is how many leading path segments must be spelled out for a rule to name one tenant's part.
 */
interface SharedHost {
  readonly pattern: string;
  /** @default 1 */
  readonly tenant?: number;
}

const one = (...patterns: string[]): SharedHost[] => patterns.map((pattern) => ({ pattern }));

export const SHARED_HOSTS: readonly SharedHost[] = [
  // Code: /owner/repository; the API says /repos/owner, /orgs/name, /users/name first.
  { pattern: 'api.github.com', tenant: 2 },
  ...one(
    'github.com',
    'gist.github.com',
    'uploads.github.com',
    'codeload.github.com',
    '*.githubusercontent.com',
  ),
  ...one('*.github.io', 'ghcr.io', '*.pkg.github.com', '*.githubassets.com'),
  { pattern: 'gitlab.com', tenant: 2 },
  ...one(
    '*.gitlab.io',
    'registry.gitlab.com',
    'bitbucket.org',
    '*.bitbucket.io',
    'codeberg.org',
    'sr.ht',
    '*.sr.ht',
  ),
  { pattern: 'api.bitbucket.org', tenant: 3 },
  ...one('dev.azure.com', '*.visualstudio.com', 'gitea.com', 'sourceforge.net', '*.sourceforge.net'),
  // Clouds, their storage and functions
  ...one(
    '*.amazonaws.com',
    '*.amazonaws.com.cn',
    '*.on.aws',
    '*.cloudfront.net',
    '*.awsapps.com',
    '*.amplifyapp.com',
  ),
  ...one('*.elasticbeanstalk.com', '*.awsapprunner.com', '*.amazoncognito.com', '*.api.aws'),
  ...one('*.googleapis.com', '*.googleusercontent.com', '*.run.app', '*.appspot.com', '*.cloudfunctions.net'),
  ...one('*.web.app', '*.firebaseapp.com', '*.firebaseio.com', '*.gcr.io', '*.pkg.dev'),
  ...one('docs.google.com', 'drive.google.com', 'script.google.com', 'sites.google.com', 'forms.gle'),
  ...one(
    '*.blob.core.windows.net',
    '*.core.windows.net',
    '*.azurewebsites.net',
    '*.azure-api.net',
    '*.azurefd.net',
  ),
  ...one(
    '*.azureedge.net',
    '*.azurestaticapps.net',
    '*.cloudapp.azure.com',
    '*.azurecontainerapps.io',
    '*.azurecr.io',
  ),
  ...one(
    'graph.microsoft.com',
    '*.sharepoint.com',
    'onedrive.live.com',
    '*.office.com',
    '*.powerautomate.com',
  ),
  ...one('*.workers.dev', '*.pages.dev', '*.r2.dev', '*.r2.cloudflarestorage.com', '*.trycloudflare.com'),
  ...one('*.digitaloceanspaces.com', '*.ondigitalocean.app', '*.linodeobjects.com', '*.backblazeb2.com'),
  ...one(
    '*.wasabisys.com',
    '*.oraclecloud.com',
    '*.aliyuncs.com',
    '*.myqcloud.com',
    '*.ovh.net',
    '*.scw.cloud',
  ),
  ...one('*.fly.dev', '*.onrender.com', '*.herokuapp.com', '*.vercel.app', '*.netlify.app', '*.railway.app'),
  ...one(
    '*.deno.dev',
    '*.glitch.me',
    '*.repl.co',
    '*.replit.app',
    '*.replit.dev',
    '*.surge.sh',
    '*.supabase.co',
  ),
  ...one(
    '*.ngrok.io',
    '*.ngrok.app',
    '*.ngrok-free.app',
    '*.ngrok.dev',
    '*.loca.lt',
    '*.ts.net',
    '*.fastly.net',
  ),
  ...one('*.akamaized.net', '*.b-cdn.net', 'cdn.jsdelivr.net', 'unpkg.com', 'cdnjs.cloudflare.com'),
  // Models and data
  ...one(
    'huggingface.co',
    '*.hf.space',
    '*.hf.co',
    'api.replicate.com',
    '*.kaggle.com',
    'colab.research.google.com',
  ),
  // Chat, mail, paste, files, forms
  ...one('slack.com', '*.slack.com', 'hooks.slack.com', 'discord.com', '*.discord.com', 'discordapp.com'),
  ...one(
    '*.discordapp.com',
    'api.telegram.org',
    '*.telegram.org',
    't.me',
    'graph.facebook.com',
    '*.whatsapp.com',
  ),
  ...one(
    'api.twitter.com',
    'api.x.com',
    'x.com',
    'bsky.social',
    '*.bsky.network',
    'www.reddit.com',
    '*.reddit.com',
  ),
  ...one(
    'gmail.googleapis.com',
    'api.sendgrid.com',
    'api.mailgun.net',
    'api.postmarkapp.com',
    'api.twilio.com',
  ),
  ...one(
    'pastebin.com',
    '*.pastebin.com',
    'paste.rs',
    'dpaste.com',
    '0x0.st',
    'transfer.sh',
    'file.io',
    'gofile.io',
  ),
  ...one(
    '*.dropbox.com',
    '*.dropboxapi.com',
    '*.box.com',
    '*.wetransfer.com',
    'api.notion.com',
    '*.notion.site',
  ),
  ...one(
    '*.atlassian.net',
    'api.atlassian.com',
    'api.linear.app',
    'api.airtable.com',
    'api.trello.com',
    '*.zendesk.com',
  ),
  ...one('*.zapier.com', 'hooks.zapier.com', '*.make.com', '*.ifttt.com', 'webhook.site', '*.pipedream.net'),
  ...one(
    '*.requestcatcher.com',
    '*.oast.fun',
    '*.interact.sh',
    'api.ipify.org',
    '*.typeform.com',
    '*.salesforce.com',
  ),
  ...one(
    '*.sentry.io',
    '*.datadoghq.com',
    '*.logtail.com',
    '*.blogspot.com',
    '*.wordpress.com',
    '*.medium.com',
  ),
  ...one('*.docker.io', '*.docker.com', 'quay.io', '*.cloudsmith.io', '*.jfrog.io', '*.packagecloud.io'),
];

/** How many leading segments name a tenant where the host is shared; `undefined` where it isn't. */
export function tenantSegments(host: string): number | undefined {
  const depths = SHARED_HOSTS.filter(({ pattern }) => hostsOverlap(pattern, host));
  return depths.length === 0 ? undefined : Math.max(...depths.map(({ tenant = 1 }) => tenant));
}

/**
 * The domain of whoever answers at a host. Below a domain whose names are many tenants' (such as `*.amazonaws.com`), it is
 * the host itself.
 */
export function ownerOf(host: string): string {
  const name = host.replace(/^\*\./, '');
  if (SHARED_HOSTS.some(({ pattern }) => pattern.startsWith('*.') && hostsOverlap(pattern, name)))
    return name;
  const labels = name.split('.');
  const endings = labels.map((_, index) => labels.slice(index).join('.')).reverse();
  return endings.find((ending) => !isPublicSuffix(ending)) ?? name;
}

/** Whether some host matches both patterns, as iron-proxy reads them: `*.x` matches `x` too. */
export function hostsOverlap(a: string, b: string): boolean {
  const covers = (wide: string, narrow: string) =>
    wide.startsWith('*.') && (narrow === wide.slice(2) || narrow.endsWith(wide.slice(1)));
  return a === b || covers(a, b) || covers(b, a);
}
