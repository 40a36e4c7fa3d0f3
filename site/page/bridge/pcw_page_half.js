// @ts-check
/**
 * The page half of the bridge: the kernels of this page, and what they and JupyterLab ask of it.
 *
 * It answers only the `{__pcw__: …}` envelope of `kernel_half.js`; all other messages pass.
 */
import { answerAtOnce } from "./pcw_coincident.js";
import { Farewells, REHEARSAL_MS, Speaker } from "./pcw_farewells.js";
import { hearInterrupts } from "./pcw_interrupts.js";
import { Kernel } from "./pcw_kernel.js";

/** A module that not every page needs. @param {string} file of ours */
const load = (file) => import(new URL(file, import.meta.url).href);

export class PageHalf {
  /**
   * @param {typeof Worker} NativeWorker
   * @param {() => boolean} hasLogin whether people sign in at this site
   * @param {(file: string) => Promise<any>} loadModule
   */
  constructor(NativeWorker, hasLogin, loadModule = load) {
    this.NativeWorker = NativeWorker;
    this.hasLogin = hasLogin;
    this.load = loadModule;
    this.speaker = new Speaker(async (url, send) => {
      const { withLogin } = await this.load("pcw_login.js");
      return withLogin(url, send);
    }, hasLogin);
    /** @type {WeakMap<Worker, Kernel>} */
    this.kernels = new WeakMap();
    /** @type {Set<Kernel>} */
    this.connected = new Set();
    /** This page's part in signing out. @type {Promise<any> | undefined} */
    this.signOuts = undefined;
    /** JupyterLab's, or the notebook's. @type {any} */
    this.app = undefined;
    /** Whether something was said when the page was left. */
    this.left = false;
    setInterval(() => {
      for (const { farewells } of this.connected) farewells.rehearse();
    }, REHEARSAL_MS);
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", (event) => {
      // Its kernels are alive, but what they had on the server is gone: as without that cache.
      if (event.persisted && this.left) location.reload();
    });
  }

  /** @param {Worker} worker */
  kernelOf(worker) {
    let kernel = this.kernels.get(worker);
    if (!kernel) {
      kernel = new Kernel(this.NativeWorker, new Farewells(this.speaker));
      this.kernels.set(worker, kernel);
    }
    return kernel;
  }

  /** @param {Worker} worker @param {MessageEvent} event that is none of ours */
  pass(worker, event) {
    answerAtOnce(worker, event);
  }

  /** @param {Worker} worker @param {any} message of the kernel in it */
  hear(worker, message) {
    const kernel = this.kernelOf(worker);
    if (message.type === "connect") {
      this.connected.add(kernel);
      void this.joinSignOuts();
      kernel.connect(message);
    }
    if (message.type === "farewell") kernel.farewells.leave(message.key, message.farewell);
    if (message.type === "no-farewell") kernel.farewells.withdraw(message.key);
    if (message.type === "sign-out") void this.signOut();
    if (message.type === "not-loaded") void this.explain(message.url);
  }

  /** @param {Worker} worker a kernel worker of this page */
  interrupt(worker) {
    this.kernels.get(worker)?.interrupt();
  }

  /** @param {Worker} worker that is terminated */
  end(worker) {
    const kernel = this.kernels.get(worker);
    if (!kernel) return;
    this.connected.delete(kernel);
    kernel.end();
  }

  /** The page goes; also where the back-forward cache keeps it: from there it may vanish without a word. */
  leave() {
    for (const { farewells } of this.connected) {
      if (!farewells.isEmpty) this.left = true;
      farewells.sayLeaving();
    }
  }

  /** Says why a worker's script was not loaded. @param {string | URL} url */
  async explain(url) {
    const { explainWorker } = await this.load("pcw_isolation.js");
    await explainWorker(new URL(url, document.baseURI));
  }

  /** @param {any} app JupyterLite's, before it starts */
  meet(app) {
    this.app = app;
    hearInterrupts(app, (worker) => this.interrupt(worker));
    if (!app?.shell) return;
    void this.colourSql();
    void this.joinSignOuts((signOuts) => signOuts.offer(app));
  }

  async colourSql() {
    try {
      const { colourSql } = await this.load("pcw_sql_colours.js");
      await colourSql(this.app);
    } catch (error) {
      console.warn(`pcw: no colours for SQL: ${error}`);
    }
  }

  /** For a person, or for code in a kernel. */
  async signOut() {
    if (this.hasLogin()) await (await this.followSignOuts()).signOut(this.app);
  }

  /**
   * Where people sign in, a page with a kernel hears who signs out in another one; JupyterLab's own
   * gets the command too.
   * @param {(signOuts: any) => unknown} [and] what else is done then
   */
  async joinSignOuts(and) {
    if (!this.hasLogin()) return;
    try {
      const signOuts = await this.followSignOuts();
      await and?.(signOuts);
    } catch (error) {
      console.warn(`pcw: no part in signing out: ${error}`);
    }
  }

  followSignOuts() {
    const endSessions = async () => {
      await Promise.all([...this.connected].map(({ farewells }) => farewells.sayAll()));
    };
    this.signOuts ??= this.load("pcw_sign_out.js").then(
      ({ SignOuts }) => new SignOuts(endSessions),
    );
    return this.signOuts;
  }
}
