// @ts-check
// What a worker of this site sees; a kernel is such a worker.
self.postMessage({ isolated: self.crossOriginIsolated, name: self.name });
