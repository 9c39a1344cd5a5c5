export { DEBUG_BAGGAGE, type DebugLogsOptions, debugLogs, keepLogs } from '@tracelet/logger/debug-logs';
