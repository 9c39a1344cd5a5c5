import type { Attributes } from '@opentelemetry/api';
import type { Plugin } from '@tracelet/core';

/**
 * Says enforced attributes once more as an invocation ends, after every other plugin: by then the function, or a plugin of
 * its own, may have written others over them.
 */
export function enforcedAttributes(attributes: Attributes): Plugin {
  return {
    name: 'tracelet-enforced-attributes',
    invocation: (span) => () => {
      span.setAttributes(attributes);
    },
  };
}
