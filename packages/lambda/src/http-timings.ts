export { httpTimings } from '@tracelet/instrument/http-timings';
