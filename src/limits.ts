// Limits of services and queue that several rooms keep.

/** One call takes so many messages. https://developers.cloudflare.com/queues/platform/limits/ */
export const MESSAGES_PER_SEND = 100;

/** A backlog drains within four minutes below this. Whatever is not urgent waits while more messages wait. */
export const BUSY_BACKLOG = 200;

/** DataFast's requests per token. https://datafa.st/docs/api */
export const DATAFAST_PER_MINUTE = 60;

/** Signups that fit into a day of the Free plan, with their refreshes: `npm run bench -- plan`. */
export const FREE_SIGNUPS_PER_DAY = 2_500;

/** Of the Free plan. https://developers.cloudflare.com/workers/platform/limits/#subrequests */
export const FREE_REQUESTS_PER_INVOCATION = 50;

/** Cron runs every five minutes. Later than this it does not run. */
export const CRON_LATE_MS = 15 * 60_000;
