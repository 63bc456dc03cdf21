// What the ledger needs of D1.

export type LedgerDatabase = Pick<D1Database, 'prepare' | 'batch'>;
