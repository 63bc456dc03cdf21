// Who asks for a page or for the API.

/** A viewer only reads. */
export type Role = 'operator' | 'viewer';

export interface Caller {
  role: Role;
  /**
   * The token in the forms of the caller's pages. A browser sends its cookies with every request, also with those of
   * other sites, so it must prove its page. Absent for a script.
   */
  proof?: string;
}
