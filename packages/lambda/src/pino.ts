export { type PinoOptions, pinoMixin, pinoOptions } from '@tracelet/logger/pino';
