import { defineLambda, type Lambda } from '@tracelet/lambda';
import { sigv4 } from '@tracelet/lambda/sigv4';

export const lambda: Lambda = defineLambda({ exporter: { sign: sigv4() } });
