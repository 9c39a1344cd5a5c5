import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { lambda, log, span } from '@tracelet/lambda';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** `GET /orders/{id}`: an order with its current price, which another service knows. */
export const handler = lambda(async (event: APIGatewayProxyEventV2) => {
  const id = event.pathParameters?.id ?? '';
  const order = await span('load order', async () => {
    span.set({ 'order.id': id });
    return orders.get(id);
  });
  if (order === undefined) {
    log.warn('order not found', { orderId: id });
    return { statusCode: 404, body: JSON.stringify({ message: 'not found' }) };
  }
  const price = await fetchPrice(order.product);
  log.info('order found', { orderId: id, product: order.product, price });
  return { statusCode: 200, body: JSON.stringify({ ...order, price }) };
});

const orders = new Map([['42', { id: '42', product: 'lamp' }]]);

async function fetchPrice(product: string): Promise<number> {
  const url = new URL(`/prices/${product}`, process.env.PRICES_URL);
  const response = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    get(url, resolve).on('error', reject);
  });
  const { price } = JSON.parse(await text(response)) as { price: number };
  return price;
}
