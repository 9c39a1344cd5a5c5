import type { VariableDoc } from './env-docs.ts';
import { DEFAULT_ENDPOINT, type OtlpInfix, type OtlpVariable } from './env-table.ts';

const SPEC = 'https://opentelemetry.io/docs/specs/otel/protocol/exporter/';

const ABOUT: Readonly<Record<OtlpVariable, string>> = {
  ENDPOINT: 'Where to send; `/v1/traces` and `/v1/logs` are appended.',
  PROTOCOL: 'How requests are encoded. gRPC is not spoken.',
  HEADERS: 'Headers of every request, such as the key of a vendor.',
  TIMEOUT: 'How long one export may take; 0 means no limit. `TRACELET_FLUSH_TIMEOUT` bounds it in any case.',
  COMPRESSION: 'How request bodies are compressed.',
  CERTIFICATE: 'PEM file with the authorities to trust.',
  CLIENT_KEY: "PEM file with the client's private key, for mutual TLS.",
  CLIENT_CERTIFICATE: "PEM file with the client's certificate, for mutual TLS.",
};

/** Documents the OTLP variables of all signals (`''`) or of one. */
export function otlpDocs<I extends OtlpInfix>(
  infix: I,
): Readonly<Record<`OTEL_EXPORTER_OTLP_${I}${OtlpVariable}`, VariableDoc>> {
  const entries = Object.entries(ABOUT).map(([name, about]) => {
    const doc = infix === '' ? general(name, about) : own(infix, name);
    return [`OTEL_EXPORTER_OTLP_${infix}${name}`, doc];
  });
  return Object.fromEntries(entries);
}

function general(name: string, about: string): VariableDoc {
  const doc: VariableDoc = { group: 'OTLP', about, spec: `${SPEC}#configuration-options` };
  return name === 'ENDPOINT'
    ? { ...doc, spec: `${SPEC}#endpoint-urls-for-otlphttp`, default: `\`${DEFAULT_ENDPOINT}\`` }
    : doc;
}

/** One sentence, because each only repeats the general variable for one signal. */
function own(infix: OtlpInfix, name: string): VariableDoc {
  const signal = infix === 'TRACES_' ? 'spans' : 'log records';
  const special: Readonly<Record<string, string>> = {
    ENDPOINT: `The whole address for ${signal}; nothing is appended to it.`,
    HEADERS: `Headers for ${signal}, merged over the general ones.`,
  };
  return {
    group: 'OTLP',
    about: special[name] ?? `The same for ${signal} alone.`,
    spec: `${SPEC}#${name === 'ENDPOINT' ? 'endpoint-urls-for-otlphttp' : 'configuration-options'}`,
    default: `\`OTEL_EXPORTER_OTLP_${name}\``,
  };
}
