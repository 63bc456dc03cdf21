// The cookies and forms of a browser, with which tests of the pages log in.
import { env, exports } from 'cloudflare:workers';

export const ORIGIN = 'https://whence.example';
/** Every browser sends these headers with a request from one of our own pages. */
const OUR_PAGE = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };

/** Posts a form as one of our own pages does. `headers` are added, or replace those of the page. */
export function postForm(
  path: string,
  fields: Record<string, string> | [string, string][],
  headers: Record<string, string> = {},
): Promise<Response> {
  return exports.default.fetch(`${ORIGIN}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...OUR_PAGE, ...headers },
    body: new URLSearchParams(fields),
  });
}

export const logIn = (token: string, headers?: Record<string, string>) =>
  postForm('/login', { token }, headers);

export interface Session {
  cookie: string;
  /** The token in its forms. */
  proof: string;
  get(path: string): Promise<Response>;
  html(path: string): Promise<string>;
  post(path: string, fields?: Record<string, string>): Promise<Response>;
}

export async function openSession(): Promise<Session> {
  const response = await logIn(env.ADMIN_TOKEN);
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  const get = (path: string) =>
    exports.default.fetch(`${ORIGIN}${path}`, { headers: { cookie }, redirect: 'manual' });
  const html = async (path: string) => (await get(path)).text();
  const proof = /name="proof" value="([0-9a-f]+)"/.exec(await html('/'))?.[1] ?? '';
  return {
    cookie,
    proof,
    get,
    html,
    post: (path, fields = {}) => postForm(path, { proof, ...fields }, { cookie }),
  };
}
