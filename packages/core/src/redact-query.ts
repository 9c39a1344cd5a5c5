// What the convention lists (X-Amz-Signature, X-Amz-Credential, X-Amz-Security-Token, AWSAccessKeyId, Signature, sig,
// X-Goog-Signature) and what looks like it. Masking a harmless value is the lesser fault.
const SENSITIVE =
  /token|secret|passw|passphrase|pwd|credential|signature|auth|key|sess(ion)?_?id|(^|[^a-z])(sig|code|jwt)$/i;

const PART = /([?&;#])([^=?&;#]*)(=?)[^?&;#]*/g;

/**
 * Replaces the value of each parameter whose name is that of a secret by `REDACTED`: in a URL, in the part after its
 * path, or in a query string that begins with `?`. Takes any string; never throws.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/
 */
export function redactQuery(text: string): string {
  let masked = false;
  return text.replace(PART, (part: string, mark: string, name: string, equals: string) => {
    // A value goes on to the next `&`: `;` parts parameters for some servers, and belongs to the value for others.
    if (masked && mark !== '&' && mark !== '#') return '';
    masked = equals !== '' && SENSITIVE.test(decode(name));
    return masked ? `${mark}${name}=REDACTED` : part;
  });
}

function decode(name: string): string {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    // What cannot be read cannot be judged, so its value is masked.
    return 'secret';
  }
}
