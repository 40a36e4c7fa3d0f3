// @ts-check
/**
 * Has JupyterLite's own interrupt, which only empties the queue of cells, stop the running one too.
 *
 * Button, menu, shortcuts and consoles all end in `interrupt(id)` of the kernel client. Neither it
 * nor the worker of a kernel is public, so that a JupyterLite without them just stays as it was.
 * @param {any} app
 * @param {(worker: Worker) => void} interrupt
 */
export const hearInterrupts = (app, interrupt) => {
  const client = app?.serviceManager?.kernels?._kernelAPIClient;
  if (typeof client?.interrupt !== "function") return;
  const interruptQueue = client.interrupt.bind(client);
  client.interrupt = (/** @type {string} */ id) => {
    const worker = client._kernels?.get(id)?._worker;
    if (worker) interrupt(worker);
    return interruptQueue(id);
  };
};
