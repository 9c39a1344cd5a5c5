/** The version of this package, for the `user-agent` header and the resource; a test holds it to package.json. */
export const VERSION = '0.1.0';
