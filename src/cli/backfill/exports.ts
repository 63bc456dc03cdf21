// Exports that people have: which of their columns is which of ours. The first name that the file has counts.
import { ALL_COLUMNS, type Column, type Mapping } from './columns.ts';

/** Services whose export `--from` knows. */
export const EXPORT_NAMES = ['stripe', 'clerk', 'hubspot'] as const;
export type ExportName = (typeof EXPORT_NAMES)[number];

type Names = Readonly<Partial<Record<Column, readonly string[]>>>;

/**
 * By `--from`. Stripe: Customers → Export, as its users show it; its metadata columns end in `(metadata)`. Clerk and HubSpot:
 * as far as their users describe them; --map names a column that is called otherwise.
 */
const EXPORTS: Readonly<Record<ExportName, Names>> = {
  stripe: {
    email: ['Email', 'Customer Email', 'email'],
    signed_up_at: ['Created (UTC)', 'Created date (UTC)', 'Created', 'created'],
    name: ['Name', 'Customer Name', 'name'],
    user_id: ['id', 'ID', 'Customer ID'],
    visitor_id: [
      'datafast_visitor_id (metadata)',
      'datafastVisitorId (metadata)',
      'visitor_id (metadata)',
    ],
  },
  clerk: {
    email: ['primary_email_address', 'email_address', 'email'],
    signed_up_at: ['created_at', 'Created at', 'created'],
    first_name: ['first_name'],
    last_name: ['last_name'],
    user_id: ['id', 'user_id'],
    visitor_id: ['datafast_visitor_id', 'unsafe_metadata.datafast_visitor_id'],
  },
  hubspot: {
    email: ['Email', 'email'],
    signed_up_at: ['Create Date', 'Create date', 'createdate'],
    first_name: ['First Name', 'firstname'],
    last_name: ['Last Name', 'lastname'],
    visitor_id: ['datafast_visitor_id', 'Visitor ID'],
  },
};

/** The export's columns that this header has, and over them what the operator says. */
export function mappingFor(
  header: readonly string[],
  from: ExportName | undefined,
  own: Mapping,
): Mapping {
  if (from === undefined) return own;
  const known = EXPORTS[from];
  const found = new Map<Column, string>();
  for (const column of ALL_COLUMNS) {
    const name = known[column]?.find((candidate) => header.includes(candidate));
    if (name !== undefined) found.set(column, name);
  }
  return new Map([...found, ...own]);
}
