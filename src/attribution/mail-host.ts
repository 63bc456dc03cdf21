// Which hosts are mail by their names: providers' webmail that no list has, and the hosts through which mails are sent.

/** `mail`, `webmail2`, `email`, `mail-01`, and what webmail is called in other languages and by its software. */
const MAIL_LABEL =
  /^(?:(?:e|web|my|free|new|old)?-?mails?|web-?mailer|mailbox|owa|zimbra|roundcube|squirrelmail|horde|rainloop|poczta|posta|pochta|poshta|correo|correio|courriel|messagerie)-?\d*(?:-\d+)?$/;

/** The German providers' pages through which every link of a mail goes: `deref-gmx.net`, `deref-1und1-02.de`. */
const DEREFERRER = /(?:^|\.)deref-[a-z0-9-]+\.[a-z]+$/;

/** Whether a host is webmail, by the labels in front of its registrable domain (`mg.mail` in `mg.mail.acme.com`). */
export function isMailHost(host: string, under: string): boolean {
  if (under !== '' && under.split('.').some((label) => MAIL_LABEL.test(label))) return true;
  return host.includes('deref-') && DEREFERRER.test(host);
}
