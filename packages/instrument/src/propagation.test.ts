import { describe, expect, it } from 'vitest';
import { permissionFor } from './propagation.ts';

describe('without a list', () => {
  const permission = permissionFor({});

  it('sends the context everywhere', () => {
    expect(permission('shop.example.com')).toEqual({ context: true, baggage: false, isAws: false });
  });

  it.each(['sqs.eu-central-1.amazonaws.com', 'dynamodb.eu-central-1.api.aws', 'sqs.cn-north-1.amazonaws.com.cn'])(
    'sends baggage to %s',
    (host) => {
      expect(permission(host)).toEqual({ context: true, baggage: true, isAws: true });
    },
  );

  it.each(['amazonaws.com.evil.example', 'evilamazonaws.com', 'amazonaws.community'])(
    'sends no baggage to %s',
    (host) => {
      expect(permission(host)).toEqual({ context: true, baggage: false, isAws: false });
    },
  );
});

describe('with a list', () => {
  const permission = permissionFor({ propagateTo: ['Example.com', '.internal', /^10\.0\./g] });
  const all = { context: true, baggage: true };
  const none = { context: false, baggage: false };

  it.each([
    ['example.com', all],
    ['api.example.com', all],
    ['notexample.com', none],
    ['example.com.evil', none],
    ['db.internal', all],
    ['10.0.1.2', all],
    // A pattern with the flag `g` forgets nothing between two hosts.
    ['10.0.1.3', all],
    ['110.0.1.2', none],
    ['sqs.eu-central-1.amazonaws.com', none],
  ])('sends to %s what the list says', (host, expected) => {
    expect(permission(host)).toEqual({ ...expected, isAws: host.endsWith('.amazonaws.com') });
  });
});
