import { expect, it } from 'vitest';
import { completeIdentity, detectIdentity, readIdentity } from './identity.ts';

it.each([
  [{}, {}],
  [
    { SST_RESOURCE_App: '{"name":"shop","stage":"prod"}' },
    { 'service.namespace': 'shop', 'deployment.environment.name': 'prod' },
  ],
  [{ SST_RESOURCE_App: '{"name":"shop"}' }, { 'service.namespace': 'shop' }],
  [{ SST_RESOURCE_App: '{"na' }, {}],
  [{ SST_RESOURCE_App: 'null' }, {}],
  [
    { SST_APP: 'shop', SST_STAGE: 'ada' },
    { 'service.namespace': 'shop', 'deployment.environment.name': 'ada' },
  ],
  [
    { ARC_APP_NAME: 'shop', ARC_ENV: 'staging' },
    { 'service.namespace': 'shop', 'deployment.environment.name': 'staging' },
  ],
  [
    { DD_SERVICE: 'orders', DD_ENV: 'prod', DD_VERSION: '7' },
    { 'service.name': 'orders', 'deployment.environment.name': 'prod', 'service.version': '7' },
  ],
  [{ POWERTOOLS_SERVICE_NAME: 'orders', DD_SERVICE: 'other' }, { 'service.name': 'orders' }],
  [{ DD_ENV: ' ', NODE_ENV: 'production', STAGE: 'prod' }, {}],
])('makes of the variables %j the attributes %j', (env, attributes) => {
  expect(detectIdentity(env)).toStrictEqual(attributes);
});

it('reads no attribute where no variable is named', () => {
  expect(readIdentity({ A: '1' })).toStrictEqual({});
  expect(readIdentity({ A: '1' }, { a: [], b: 'B', c: 'A' })).toStrictEqual({ c: '1' });
});

it('adds the account once an invocation has told it, unless somebody said it before', () => {
  const invoke = (resource: Record<string, string>, ...arns: readonly (string | undefined)[]): unknown => {
    const plugin = completeIdentity(resource);
    for (const invokedFunctionArn of arns)
      plugin.invocation?.({} as never, { context: { invokedFunctionArn } } as never);
    return resource;
  };
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:shop:live';
  expect(invoke({}, arn, arn.replace('123', '999'))).toStrictEqual({ 'cloud.account.id': '123456789012' });
  expect(invoke({ 'cloud.account.id': '1' }, arn)).toStrictEqual({ 'cloud.account.id': '1' });
  expect(invoke({}, undefined)).toStrictEqual({});
  expect(invoke({}, 'shop')).toStrictEqual({});
});
