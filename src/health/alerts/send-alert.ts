// Sends a message to the operator: to a chat in its shape, to any other address as a signed event. One request, and no exception.
import { type ChatMessage, chatBody, chatServiceOf } from '../../upstream/chat.ts';
import { send } from '../../upstream/send.ts';
import { signWebhook } from '../../upstream/sign-webhook.ts';
import { type AlertEvent, chatMessage } from './alert-words.ts';

export interface AlertReceiver {
  url: string;
  /** Several while they are rotated. */
  secrets: readonly string[];
}

export interface SendIo {
  fetch: typeof fetch;
  now(): number;
}

const TIMEOUT_MS = 5_000;

export interface Message {
  /** The same for every attempt, without a dot. */
  id: string;
  /** For a receiver that is no chat. */
  event: object;
  chat: ChatMessage;
}

export const sendAlert = (receiver: AlertReceiver, io: SendIo, event: AlertEvent, id: string) =>
  sendMessage(receiver, io, { id, event, chat: chatMessage(event) });

/** `undefined` once the receiver has accepted it, else why it has not: without the address, which may be a secret. */
export async function sendMessage(
  { url, secrets }: AlertReceiver,
  { fetch, now }: SendIo,
  { id, event, chat: message }: Message,
): Promise<string | undefined> {
  const chat = chatServiceOf(url);
  const body = chat ? chatBody(chat, message) : JSON.stringify(event);
  const headers = chat
    ? { 'content-type': 'application/json' }
    : await signWebhook(secrets, { id, atMs: now(), body });
  const answer = await send(fetch, { method: 'POST', url, headers, body, timeoutMs: TIMEOUT_MS });
  if (answer.kind === 'failed') return answer.cause;
  return answer.status >= 200 && answer.status < 300 ? undefined : `HTTP ${answer.status}`;
}
