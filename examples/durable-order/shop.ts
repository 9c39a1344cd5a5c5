/** What an order comes to, in cents. */
export async function priceOf(orderId: string): Promise<number> {
  return orderId.length * 100;
}

/** Takes the money. */
export async function charge(orderId: string, cents: number): Promise<string> {
  return `${orderId}: ${cents}`;
}
