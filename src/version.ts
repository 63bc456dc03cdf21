// The version of Whence. `npm run docs` takes it from package.json.

export const VERSION = '0.2.0';
