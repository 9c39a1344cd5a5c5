/** Stands for the client of a secrets manager. */
export async function readSecret(name: string): Promise<string> {
  return `the value of ${name}`;
}
