import { describe, expect, it } from 'vitest';
import { readEnv } from './env.ts';

const defaults = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Infinity,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};

describe('readSpanLimits', () => {
  it.each([
    [{ OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1' }, { attributeCountLimit: 1 }],
    [{ OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '2' }, { attributeValueLengthLimit: 2 }],
    [{ OTEL_SPAN_EVENT_COUNT_LIMIT: '3' }, { eventCountLimit: 3 }],
    [{ OTEL_SPAN_LINK_COUNT_LIMIT: '0' }, { linkCountLimit: 0 }],
    [{ OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '5' }, { attributePerEventCountLimit: 5 }],
    [{ OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '6' }, { attributePerLinkCountLimit: 6 }],
    [{ OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: '7' }, { attributePerEventCountLimit: 7 }],
    [{ OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT: '8' }, { attributePerLinkCountLimit: 8 }],
    [{ OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '9' }, { attributeValueLengthLimit: 9 }],
    [
      { OTEL_ATTRIBUTE_COUNT_LIMIT: '10' },
      { attributeCountLimit: 10, attributePerEventCountLimit: 10, attributePerLinkCountLimit: 10 },
    ],
  ])('reads %j as %j', (env, limits) => {
    expect(readEnv(env).spanLimits).toStrictEqual({ ...defaults, ...limits });
  });

  it('puts the specific name before the older one, and that before the general one', () => {
    const env = {
      OTEL_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '2',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '3',
      OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '4',
      OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '5',
      OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: '6',
      OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT: '7',
    };
    expect(readEnv(env).spanLimits).toStrictEqual({
      ...defaults,
      attributeCountLimit: 3,
      attributeValueLengthLimit: 4,
      attributePerEventCountLimit: 5,
      attributePerLinkCountLimit: 7,
    });
  });
});
