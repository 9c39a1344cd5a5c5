// What the layer's wrapper preloads, with the hook for ES modules: without it nothing is wrapped on Node 24. As one
// module, because what `--require` names would run a second time in the thread of the hooks.
import { createRequire, register } from 'node:module';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
createRequire(import.meta.url)('@aws/aws-distro-opentelemetry-node-autoinstrumentation/register');
