/** Decodes percent-encoded text without the blanks around it; `undefined` when it is malformed. */
export function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
