export { type WinstonFormat, winstonFormat } from '@tracelet/logger/winston';
