/**
 * The source of the small runtime client, an ECMAScript module for any Node from 20.16 on. It is text, written to a
 * file when an environment starts, so that it is the same whether this package runs from source, bundled, as CommonJS
 * or in a test runner that transforms what it loads. It behaves like `aws-lambda-ric` 4: order of file extensions,
 * refused callback handlers, context members, `_X_AMZN_TRACE_ID`, error shape, response streams; the console is left
 * alone.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
 */
export const LOOP_SOURCE: string = String.raw`
import { existsSync } from 'node:fs';
import http from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const { env } = process;
const [hostname, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

globalThis.awslambda = {
  ...globalThis.awslambda,
  streamifyResponse(handler, options) {
    handler[STREAMING] = 'response';
    if (typeof options?.highWaterMark === 'number') handler[HIGH_WATER_MARK] = options.highWaterMark;
    return handler;
  },
  HttpResponseStream: {
    from(stream, prelude) {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      stream._onBeforeFirstWrite = (write) => {
        write(JSON.stringify(prelude));
        write(new Uint8Array(8));
      };
      return stream;
    },
  },
};

let handler;

// No top-level await: with it a loop that has run empty would end with status 13 instead of 0.
main();

async function main() {
  try {
    handler = await load(env.LAMBDA_TASK_ROOT, env._HANDLER);
  } catch (error) {
    await post('/runtime/init/error', format(error), { 'Lambda-Runtime-Function-Error-Type': format(error).errorType });
    throw error;
  }
  const serve = handler[STREAMING] ? serveStream : serveBuffered;
  for (;;) {
    const { headers, body } = await call('GET', '/runtime/invocation/next');
    const context = makeContext(headers);
    await serve(JSON.parse(body), context);
  }
}

async function load(root, name) {
  const cut = name.indexOf('.', name.lastIndexOf('/') + 1);
  if (cut < 0) throw named('Runtime.MalformedHandlerName', 'Bad handler');
  const base = resolve(root, name.slice(0, cut));
  const file = ['', '.js', '.mjs', '.cjs'].map((extension) => base + extension).find((path) => existsSync(path));
  if (file === undefined) throw named('Runtime.ImportModuleError', "Error: Cannot find module '" + base + "'");
  const module = await import(pathToFileURL(file).href).catch((error) => {
    throw error instanceof SyntaxError ? named('Runtime.UserCodeSyntaxError', String(error), error.stack) : error;
  });
  const path = name.slice(cut + 1).split('.');
  const find = (from) => path.reduce((at, key) => (at !== null && typeof at === 'object' ? at[key] : undefined), from);
  const found = find(module) || find(module.default);
  if (!found) throw named('Runtime.HandlerNotFound', name + ' is undefined or not exported');
  if (typeof found !== 'function') throw named('Runtime.HandlerNotFound', name + ' is not a function');
  if (found.length >= 3 && !found[STREAMING]) {
    throw named('Runtime.CallbackHandlerDeprecated', 'Callback handlers are not supported from Node.js 24 on.');
  }
  return found;
}

function makeContext(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const trace = headers['lambda-runtime-trace-id'] ?? '';
  if (trace === '') delete env._X_AMZN_TRACE_ID;
  else env._X_AMZN_TRACE_ID = trace;
  const parse = (text) => (text ? JSON.parse(text) : undefined);
  return {
    clientContext: parse(headers['lambda-runtime-client-context']),
    identity: parse(headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    xRayTraceId: trace,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
}

async function serveBuffered(event, context) {
  const path = '/runtime/invocation/' + encodeURIComponent(context.awsRequestId);
  try {
    const result = await handler(event, context);
    await new Promise((done) => setImmediate(done));
    await post(path + '/response', stringify(result));
  } catch (error) {
    await new Promise((done) => setImmediate(done));
    await post(path + '/error', format(error));
  }
}

async function serveStream(event, context) {
  let answered;
  const done = new Promise((resolveDone, rejectDone) => {
    answered = { resolveDone, rejectDone };
  });
  const request = http.request({
    hostname,
    port,
    agent,
    method: 'POST',
    path: '/2018-06-01/runtime/invocation/' + encodeURIComponent(context.awsRequestId) + '/response',
    headers: {
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'Content-Type': 'application/octet-stream',
      'Transfer-Encoding': 'chunked',
      Trailer: ['Lambda-Runtime-Function-Error-Type', 'Lambda-Runtime-Function-Error-Body'],
    },
  });
  request.on('response', (response) => response.resume().on('end', answered.resolveDone));
  request.on('error', answered.rejectDone);
  try {
    const returned = handler(event, responseStream(request), context);
    if (typeof returned?.then !== 'function') throw new Error('Streaming does not support non-async handlers.');
    await returned;
    await done;
  } catch (error) {
    const { errorType } = format(error);
    const body = Buffer.from(JSON.stringify(format(error))).toString('base64');
    request.addTrailers({ 'Lambda-Runtime-Function-Error-Type': errorType, 'Lambda-Runtime-Function-Error-Body': body });
    request.end();
    await done;
  }
}

function responseStream(request) {
  const stream = {};
  const methods = ['cork', 'uncork', 'destroy', 'end', 'on', 'once', 'off', 'addListener', 'removeListener', 'emit'];
  for (const method of methods) stream[method] = request[method].bind(request);
  const write = request.write.bind(request);
  let isStarted = false;
  request.write = (chunk, ...rest) => {
    if (!isStarted) stream._onBeforeFirstWrite?.((first) => write(first));
    isStarted = true;
    return write(typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk), ...rest);
  };
  stream.write = (...args) => request.write(...args);
  stream.setContentType = (type) => request.setHeader('Content-Type', type);
  for (const name of ['writable', 'writableEnded', 'writableFinished', 'writableNeedDrain', 'destroyed']) {
    Object.defineProperty(stream, name, { get: () => request[name] });
  }
  return stream;
}

function stringify(value) {
  try {
    return JSON.stringify(value === undefined ? null : value);
  } catch {
    throw named('Runtime.JSONStringifyError', 'Unable to stringify response body');
  }
}

function format(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}

function named(name, message, stack) {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

function post(path, body, headers = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return call('POST', path, text, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
}

function call(method, path, body, headers) {
  return new Promise((done, failed) => {
    const request = http.request({ hostname, port, agent, method, path: '/2018-06-01' + path, headers });
    request.on('error', failed);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => done({ headers: response.headers, body: text }));
    });
    request.end(body);
  });
}
`;
