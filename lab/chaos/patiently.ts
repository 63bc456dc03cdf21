// What is done from outside the Worker, while workerd may be killed at any moment.

const ATTEMPTS = 20;
const PAUSE_MS = 500;

/** Does it again until it has been done. It may be done twice. */
export async function patiently<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || /syntax|already exists/.test(String(error))) throw error;
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }
}
