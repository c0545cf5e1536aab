// The module's instances, which serve the Worker's requests and its rooms' alarms.

import module from '../build/module/whip_mux.wasm';
import { Instances } from './instances.js';

export const instances = new Instances(module);
