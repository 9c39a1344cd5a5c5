export { invocationSummary, SUMMARY_TYPE } from '@tracelet/logger/summary';
