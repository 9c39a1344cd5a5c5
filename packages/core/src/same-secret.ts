/** Whether two texts are equal, in a time that does not tell how much of them is. */
export function isSameSecret(given: string, secret: string): boolean {
  const { hash, timingSafeEqual } = process.getBuiltinModule('node:crypto');
  const [one, other] = [given, secret].map((text) => hash('sha256', text, 'buffer')) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
}
