/** Entry of a thread that lists extended attributes while another one scans. */
import { workerData } from 'node:worker_threads';
import { type AttributeTask, listBatch } from './attribute-thread.ts';
import { DescriptorStack } from './descriptors.ts';
import { loadAttributeReader } from './extended-attributes.ts';

const { port, root, states } = workerData as AttributeTask;
const reader = loadAttributeReader();
const descriptors = new DescriptorStack(root);
const shared = new Int32Array(states);

port.on('message', ({ batch, paths }: { readonly batch: number; readonly paths: string }) => {
  if (reader !== undefined)
    listBatch({ batch, paths, shared, reader, descriptors }, (answer) => port.postMessage(answer));
});
port.once('close', () => descriptors.close());
