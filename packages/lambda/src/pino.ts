export { type PinoDestination, type PinoOptions, pinoDestination, pinoMixin, pinoOptions } from '@tracelet/logger/pino';
