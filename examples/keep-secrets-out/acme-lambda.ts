import { defineLambda, type Lambda } from '@tracelet/lambda';

export { log, span } from '@tracelet/lambda';

/** What never leaves a function of Acme, beside what never does. */
export const lambda: Lambda = defineLambda({
  enforce: {
    redact: {
      keys: ['email', 'iban', /^pii_/],
      patterns: [/[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{1,64}/, /acme-key-\w{16}/],
    },
  },
});
