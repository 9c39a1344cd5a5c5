import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * An AWS IoT button, or a button of AWS IoT 1-Click. The operation is the click: `SINGLE`, `DOUBLE`, `LONG`.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/iot-1-click/latest/developerguide/1click-programming.html
 */
export const iotButton: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'iot-button',
  matches: (event) => (event.serialNumber && event.clickType) ?? event.deviceEvent?.buttonClicked,
  facts: (event) => ({
    name: event.serialNumber ?? event.deviceInfo?.deviceId,
    operation: event.clickType ?? event.deviceEvent?.buttonClicked?.clickType,
  }),
  sentAtMs: (event) => Date.parse(String(event.deviceEvent?.buttonClicked?.reportedTime)),
});
