export { createLog, type LogOptions, log } from './create-log.ts';
export type { Fields, Log, LogLevel, LogMethod } from '@tracelet/core';
