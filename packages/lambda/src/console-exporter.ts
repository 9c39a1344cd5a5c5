export { type ConsoleOptions, consoleExporter } from '@tracelet/sdk/console-exporter';
