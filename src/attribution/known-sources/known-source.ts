// What is known of a source, and how a row of the tables reads.

/** What kind of place a source is. The rules turn it into a channel. `ads` are hosts that serve nothing but ads. */
export type Category =
  | 'search'
  | 'social'
  | 'video'
  | 'shopping'
  | 'ai'
  | 'email'
  | 'sms'
  | 'push'
  | 'site'
  | 'ads';

/** The kinds of place that have a paid channel of their own. */
export type AdCategory = 'search' | 'social' | 'video' | 'shopping' | 'display' | 'cross-network';

export interface KnownSource {
  /** The one name that the CRM gets. */
  name: string;
  category: Category;
  /** Where an ad server's ads are shown. */
  shows?: AdCategory;
}

/**
 * The name; then its hosts, the main one first, where `google.*` means the hosts of every country and `*.acme.com` every
 * subdomain; then other names in `comparable` form. `source-at-host.ts` says which subdomains a plain host stands for.
 */
export type Row = readonly [name: string, hosts: string, aliases?: string];
