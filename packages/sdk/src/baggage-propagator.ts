import {
  type BaggageEntry,
  baggageEntryMetadataFromString,
  propagation,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { isSuppressed } from '@tracelet/core';
import { headerTexts } from './header-texts.ts';

const HEADER = 'baggage';
const MAX_MEMBERS = 180;
const MAX_MEMBER_LENGTH = 4096;
const MAX_LENGTH = 8192;

// Key, value, and after the first semicolon the metadata, as they are. A percent sign without its two digits is malformed.
const MEMBER = /^((?:[^=;%]|%[\da-f]{2})+)=((?:[^;%]|%[\da-f]{2})*)(?:;(.*))?$/is;
const ENCODED = /(?:%[\da-f]{2})+/gi;

/**
 * Carries baggage in the header `baggage`, keys and values percent-encoded. Both ways at most 180 entries of 4,096
 * characters, 8,192 in all; what is malformed or does not fit is left out.
 *
 * @see https://www.w3.org/TR/baggage/
 */
export const baggagePropagator: TextMapPropagator = {
  inject(context, carrier, setter) {
    const baggage = propagation.getBaggage(context);
    if (baggage === undefined || isSuppressed(context)) return;
    const header = baggage
      .getAllEntries()
      .map(formatMember)
      .filter((member) => member !== '' && member.length <= MAX_MEMBER_LENGTH)
      .slice(0, MAX_MEMBERS)
      .reduce((written, member) => {
        const longer = written && `${written},`;
        return longer.length + member.length > MAX_LENGTH ? written : longer + member;
      }, '');
    if (header) setter.set(carrier, HEADER, header);
  },
  extract(context, carrier, getter) {
    const entries: [string, BaggageEntry][] = [];
    let length = -1;
    for (const text of headerTexts(carrier, getter, HEADER)) {
      for (const member of text.split(',')) {
        const entry = member.length > MAX_MEMBER_LENGTH ? undefined : parseMember(member);
        if (entry === undefined) continue;
        if (entries.length === MAX_MEMBERS || length + 1 + member.length > MAX_LENGTH) break;
        entries.push(entry);
        length += 1 + member.length;
      }
    }
    if (entries.length === 0) return context;
    return propagation.setBaggage(context, propagation.createBaggage(Object.fromEntries(entries)));
  },
  fields: () => [HEADER],
};

/** Empty when there is no key, which the header cannot express. */
function formatMember([key, { value, metadata }]: [string, BaggageEntry]): string {
  // A key is an HTTP token, which may not have parentheses; encodeURIComponent leaves them.
  const name = encode(key).replace(/[()]/g, (paren) => (paren === '(' ? '%28' : '%29'));
  const rest = metadata?.toString();
  return name && `${name}=${encode(value)}${rest ? `;${rest}` : ''}`;
}

function parseMember(member: string): [string, BaggageEntry] | undefined {
  const [, key = '', value = '', metadata] = MEMBER.exec(member) ?? [];
  const name = decode(key);
  const rest = metadata ? { metadata: baggageEntryMetadataFromString(metadata) } : {};
  return name === '' ? undefined : [name, { value: decode(value), ...rest }];
}

function encode(text: string): string {
  // Half a surrogate pair would make encodeURIComponent throw, and the whole baggage lost.
  return encodeURIComponent(String(text).replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** Octets that are not UTF-8 become U+FFFD, as the specification has it; decodeURIComponent would throw. */
function decode(text: string): string {
  return text.trim().replace(ENCODED, (octets) => Buffer.from(octets.replaceAll('%', ''), 'hex').toString());
}
