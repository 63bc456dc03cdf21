// The version of Whence, said once in package.json.
import manifest from '../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
