// What is known of a source, and how a row of the tables reads.

/** What kind of place a source is. The rules turn it into a channel. */
export type Category =
  | 'search'
  | 'social'
  | 'video'
  | 'shopping'
  | 'ai'
  | 'email'
  | 'sms'
  | 'push'
  | 'site';

/** The kinds of place that have a paid channel of their own. */
export type AdCategory = 'search' | 'social' | 'video' | 'shopping' | 'display';

export interface KnownSource {
  /** The one name that the CRM gets. */
  name: string;
  category: Category;
}

/**
 * The name; then its hosts, the main one first, where `google.*` means the hosts of every country; then other names
 * in `comparable` form.
 */
export type Row = readonly [name: string, hosts: string, aliases?: string];
