// The border between two tests. One workerd serves all of them, and its queue survives a test: messages, retries with a
// delay, deliveries in progress. Nothing of one test may reach the next.

/** What the Worker is doing now. */
const inProgress = new Set<Promise<void>>();

/** Messages that were sent earlier belong to a test that has ended. Between two tests that is all of them. */
let startedAtMs = Number.POSITIVE_INFINITY;
let count = 0;

/** The queue's clock. A test may replace `Date`. */
const queueNow = Date.now;

/** Resolves when nothing of the last test is in progress. Its messages reach the Worker no more. */
export async function endTest(): Promise<void> {
  startedAtMs = Number.POSITIVE_INFINITY;
  while (inProgress.size > 0) await Promise.all(inProgress);
}

/** Messages reach the Worker again. By then the storage must be empty. */
export function startTest(): void {
  startedAtMs = queueNow();
  count += 1;
}

/** Another number for every test. */
export const testNumber = (): number => count;

/** Makes the next test wait until the work has ended, well or badly. */
export function track<Value>(work: Promise<Value>): Promise<Value> {
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  inProgress.add(ended);
  void ended.then(() => inProgress.delete(ended));
  return work;
}

/** The messages of this test. All others are acknowledged, so that they do not come back. */
export function messagesOfThisTest(messages: readonly Message[]): readonly Message[] {
  // A message keeps the moment of its sending through all its retries.
  const isOfThisTest = ({ timestamp }: Message) => timestamp.getTime() >= startedAtMs;
  for (const message of messages) if (!isOfThisTest(message)) message.ack();
  return messages.filter(isOfThisTest);
}
