// Where Whence may post to: a receiver that the operator names. A Worker reaches no private network.
import { isThisMachine, type Setting } from './setting.ts';

/** Private, shared, reserved and multicast blocks. https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE_IPV4 =
  /^(0|10|127|2(2[4-9]|[345]\d)|169\.254|172\.(1[6-9]|2\d|3[01])|192\.(168|0\.0)|198\.1[89]|100\.(6[4-9]|[789]\d|1[01]\d|12[0-7]))\./;
/** Nothing but global unicast, which is 2000::/3. */
const GLOBAL_IPV6 = /^\[[23][0-9a-f]{3}:/;
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|localdomain|lan|home\.arpa)$/;

/** An https address in the open, with any path and query; on this machine also plain http. */
export const publicAddress: Setting['read'] = (text) => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    return { problem: 'is not an https address' };
  if (url.username !== '' || url.password !== '') {
    return { problem: 'must hold no user name and no password' };
  }
  if (isThisMachine(url)) return { value: text };
  if (url.protocol === 'http:') return { problem: 'is not an https address' };
  return isPrivate(url.hostname)
    ? { problem: 'is a private address, which no Worker can reach' }
    : { value: text };
};

/** `hostname` as `URL` spells it, where every form of an IPv4 address is the same one. */
function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '');
  if (host.startsWith('[')) return !GLOBAL_IPV6.test(host);
  return !host.includes('.') || PRIVATE_IPV4.test(host) || PRIVATE_NAME.test(host);
}
