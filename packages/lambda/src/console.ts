export { bridgeConsole, type ConsoleBridgeOptions } from '@tracelet/logger/console';
