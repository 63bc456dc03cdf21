// What is sent to people: webmail and mail tools, text messages, push services.
import type { Row } from './known-source.ts';

export const EMAIL: readonly Row[] = [
  ['Newsletter', '', 'newsletters'],
  ['Email', '', 'e-mail emails'],
  ['Gmail', 'mail.google.com com.google.android.gm inbox.google.com'],
  ['Outlook', 'outlook.live.com outlook.office.com outlook.office365.com'],
  ['Yahoo Mail', 'mail.yahoo.com mail.yahoo.co.jp'],
  ['Proton Mail', 'mail.proton.me mail.protonmail.com', 'protonmail'],
  ['Yandex Mail', 'mail.yandex.ru mail.yandex.com'],
  ['Zoho Mail', 'mail.zoho.com mail.zoho.eu mail.zoho.in'],
  ['Fastmail', 'app.fastmail.com fastmail.com'],
  ['HEY', 'app.hey.com'],
  ['Superhuman', 'mail.superhuman.com'],
  ['AOL Mail', 'mail.aol.com'],
  ['GMX', 'navigator.gmx.net lightmailer.gmx.net'],
  ['Naver Mail', 'mail.naver.com'],
  ['Seznam Email', 'email.seznam.cz'],
  ['Mail.ru', 'e.mail.ru'],
  ['Mailchimp', 'mailchimp.com list-manage.com campaign-archive.com'],
  ['Kit', 'convertkit.com', 'convertkit'],
  ['Klaviyo', 'klaviyo.com'],
  ['Brevo', 'brevo.com', 'sendinblue'],
  ['ActiveCampaign', 'activecampaign.com'],
  ['Customer.io', 'customer.io', 'customerio'],
  ['MailerLite', 'mailerlite.com'],
  ['SendGrid', 'sendgrid.net'],
  ['Beehiiv', '', 'beehiv'],
  ['HubSpot', 'hubspotlinks.com hubspotemail.net hs-email.com'],
  ['Marketo', 'mktoweb.com'],
  ['Drip', 'getdrip.com'],
  ['Loops', 'loops.so'],
  ['Resend', 'resend.com'],
  ['Postmark', 'postmarkapp.com'],
  ['Mailgun', 'mailgun.com'],
  ['Intercom', '', 'intercom-mail'],
  ['Constant Contact', 'constantcontact.com', 'constantcontact'],
  ['GetResponse', 'getresponse.com'],
  ['Omnisend', 'omnisend.com'],
  ['Iterable', 'iterable.com'],
  ['Braze', 'braze.com'],
  ['Buttondown', 'buttondown.com buttondown.email'],
  ['Vero', 'getvero.com'],
  ['iCloud Mail', 'mail.icloud.com'],
  ['Web.de Mail', 'navigator.web.de'],
  ['QQ Mail', 'mail.qq.com'],
  ['163 Mail', 'mail.163.com'],
  ['Tuta', 'app.tuta.com mail.tutanota.com'],
];

export const SMS: readonly Row[] = [['SMS', '']];

export const PUSH: readonly Row[] = [
  // GA4: source firebase is Mobile Push.
  ['Firebase', ''],
  ['OneSignal', 'onesignal.com'],
];
