import { SpanKind } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { readEnv } from './env.ts';
import { addOldNames } from './old-names.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { makeProvider } from './provider.ts';

const told = (attributes: Record<string, string | number>, kind = SpanKind.CLIENT): unknown => {
  let ended: OtlpSpan | undefined;
  const onEnd = (span: OtlpSpan): void => {
    ended = span;
  };
  const provider = makeProvider({ resource: {}, environment: readEnv({}), onEnd });
  provider.api.getTracer('test').startSpan('x', { attributes, kind }).end();
  addOldNames(ended as OtlpSpan);
  return ended?.attributes;
};

it('has the old names beside the new ones, with the values that they had', () => {
  const now = {
    'rpc.system.name': 'aws-api',
    'rpc.method': 'SQS/SendMessage',
    'messaging.system.name': 'aws.sqs',
    'messaging.operation.type': 'send',
    'server.address': 'sqs.eu-west-1.amazonaws.com',
    'http.response.status_code': 200,
  };
  expect(told(now)).toEqual({
    ...now,
    'rpc.system': 'aws-api',
    'rpc.service': 'SQS',
    'messaging.system': 'aws_sqs',
    'messaging.operation': 'publish',
    'net.peer.name': 'sqs.eu-west-1.amazonaws.com',
    'http.status_code': 200,
  });
});

it("calls a server's own address that of the host", () => {
  const now = { 'server.address': 'shop.example.com', 'server.port': 443 };
  const old = { 'net.host.name': 'shop.example.com', 'net.host.port': 443 };
  expect(told(now, SpanKind.SERVER)).toEqual({ ...now, ...old });
});

it('leaves an old name alone that somebody else set', () => {
  expect(told({ 'db.system.name': 'aws.dynamodb', 'db.system': 'mine' })).toMatchObject({ 'db.system': 'mine' });
});
