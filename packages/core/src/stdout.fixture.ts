import { vi } from 'vitest';

/** What one call printed on stdout, line by line, each parsed as JSON without its timestamp. */
export async function printed(fn: () => unknown): Promise<readonly unknown[]> {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  try {
    await fn();
  } finally {
    spy.mockRestore();
  }
  return lines.map((line) => {
    const { timestamp, ...rest } = JSON.parse(line) as Record<string, unknown>;
    if (Number.isNaN(Date.parse(String(timestamp)))) throw new Error(`no timestamp in ${line}`);
    return rest;
  });
}
