// Loaded into the process of a local peer that listens on every network interface: has it listen on the loopback
// interface alone, on ports that are free, tells its parent which ones they are, and ends it with its parent.
import { type AddressInfo, Server } from 'node:net';

const listen = Server.prototype.listen as (port: number, host: string, ready: () => void) => Server;

Server.prototype.listen = function (this: Server, wanted: number, ready: () => void): Server {
  this.once('listening', () => process.send?.({ wanted, port: (this.address() as AddressInfo).port }));
  return listen.call(this, 0, '127.0.0.1', ready);
} as typeof Server.prototype.listen;

process.on('disconnect', () => process.exit());
