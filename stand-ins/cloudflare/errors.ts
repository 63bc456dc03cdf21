// What wrangler prints when something fails.

const LOGS = '🪵  Logs were written to "/home/you/.config/.wrangler/logs/wrangler.log"';

export const errorText = (text: string) =>
  `\u001b[31m✘ \u001b[41;31m[\u001b[41;97mERROR\u001b[41;31m]\u001b[0m \u001b[1m${text}\u001b[0m\n\n\n${LOGS}\n`;

export const ERRORS = {
  noNetwork: errorText(
    "Unable to resolve Cloudflare's API hostname (api.cloudflare.com or dash.cloudflare.com).",
  ),
  noToken: errorText(
    "In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN environment variable for wrangler to work. Please go to https://developers.cloudflare.com/fundamentals/api/get-started/create-token/ for instructions on how to create an api token, and assign its value to CLOUDFLARE_API_TOKEN.",
  ),
  noSubdomain: errorText(
    'You can either deploy your worker to one or more routes by specifying them in your wrangler.toml file, or register a workers.dev subdomain here:\nhttps://dash.cloudflare.com/0/workers/onboarding',
  ),
  noPermission: errorText(
    'A request to the Cloudflare API (/accounts/0/d1/database) failed.\n  Authentication error [code: 10000]',
  ),
  scriptFails: errorText(
    'A request to the Cloudflare API (/accounts/0/workers/scripts/whence) failed.\n  Uncaught Error: it broke [code: 10021]',
  ),
  migrationFails: errorText(
    'Migration 0005_refresh.sql failed with the following errors:\nduplicate column name: lookups: SQLITE_ERROR',
  ),
} as const;

/** What can go wrong. */
export type Mishap = keyof typeof ERRORS | 'hangs';

export const isMishap = (name: string | undefined): name is Mishap =>
  name !== undefined && (name === 'hangs' || name in ERRORS);
