import { shared } from '@tracelet/core';
import { vi } from 'vitest';

/** A diagnostic line, as it is printed. */
export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Runs code as in a fresh process and gives its result with the diagnostics that it printed. */
export function complaintsOf<T>(fn: () => T): { readonly result: T; readonly complaints: readonly Complaint[] } {
  shared().troubles.clear();
  const complaints: Complaint[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    const { code, message, remedy } = JSON.parse(String(text)) as Complaint;
    complaints.push({ code, message, remedy });
    return true;
  });
  try {
    return { result: fn(), complaints };
  } finally {
    spy.mockRestore();
  }
}
