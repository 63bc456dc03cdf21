// A reason in one line of a terminal.

/** A reason as the API has it, in one text. */
export function reasonText({ reason, detail }: { reason: string | null; detail: string | null }) {
  return detail === null ? (reason ?? 'no reason') : `${reason}: ${detail}`;
}
