export {
  type PowertoolsFormatter,
  type PowertoolsLogItem,
  type PowertoolsParts,
  powertoolsFormatter,
} from '@tracelet/logger/powertools';
