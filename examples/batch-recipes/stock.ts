import { change, lambda } from '@tracelet/lambda';
import { z } from 'zod';

const Article = z.object({ sku: z.string(), stock: z.number() });

/** Tells when an article sells out. Articles in order, eight of them at once. */
export const handler = lambda.dynamodb(
  { failures: 'report', concurrency: 8, parse: change(Article) },
  async (article, { log }) => {
    if (article.type !== 'MODIFY') return;
    const { oldImage, newImage } = article;
    if (oldImage.stock > 0 && newImage.stock === 0) log.info('sold out', { sku: newImage.sku });
  },
);
