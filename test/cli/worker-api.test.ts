// Where commands send ADMIN_TOKEN, and where they do not.
import { describe, expect, it } from 'vitest';
import { openWorkerApi } from '../../src/cli/worker-api.ts';
import { flagsOf } from './stage.ts';

describe('a command', () => {
  it.each(['https://whence.example.workers.dev', 'http://localhost:8787', 'http://127.0.0.1:1'])(
    'asks the Worker at %s',
    (url) => {
      expect(openWorkerApi(url, 'a-token', 'a file')).toHaveProperty('call');
    },
  );

  it.each(['http://whence.example.com', 'http://localhost.example.com', 'ftp://localhost'])(
    'sends no token in the clear to %s',
    async (url) => {
      expect(openWorkerApi(url, 'a-token', 'a file')).toMatch(/in the clear/);
      await expect(flagsOf(['--url', url])).rejects.toThrow('in the clear');
    },
  );
});
