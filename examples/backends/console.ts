import { defineLambda, type Lambda } from '@tracelet/lambda';
import { consoleExporter } from '@tracelet/lambda/console-exporter';

export const lambda: Lambda = defineLambda({ exporter: consoleExporter() });
