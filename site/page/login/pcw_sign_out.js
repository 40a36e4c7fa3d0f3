// @ts-check
/**
 * Signing out, in each page of a site where people sign in: the Spark sessions of all the site's
 * pages in this browser end first, while there still is a login that may end them.
 */
import { CHANNEL, renew, SIGN_OUT } from "./pcw_login.js";

const SIGN_OUT_PATH = "/pcw/sign-out";
const ENDED = "sessions-ended";
/** A page holds one named `pcw-page <id>` while it is there. */
const PAGE_LOCK = "pcw-page";
/** What another page's sessions are waited for: those of a query that has just begun end 5 s later. */
const PATIENCE_MS = 8000;

const COMMAND = "pcw:sign-out";
const SAVE_ALL = "docmanager:save-all";
const PALETTE = "@jupyterlab/apputils:ICommandPalette";
const MENU = "@jupyterlab/mainmenu:IMainMenu";
/** The last group of the File menu. */
const MENU_RANK = 1000;

export class SignOuts {
  /** @param {() => Promise<void>} endSessions of this page */
  constructor(endSessions) {
    this.endSessions = endSessions;
    this.page = crypto.randomUUID();
    this.channel = new BroadcastChannel(CHANNEL);
    /** Called with the id of each page whose sessions have ended. @type {(page: string) => void} */
    this.ended = () => {};
    this.channel.onmessage = ({ data }) => void this.hear(data);
    void navigator.locks.request(`${PAGE_LOCK} ${this.page}`, () => new Promise(() => {}));
  }

  /** @param {{type?: string, page?: string}} message of another page */
  async hear({ type, page }) {
    if (type === ENDED && page) this.ended(page);
    if (type !== SIGN_OUT) return;
    await this.endSessions();
    this.channel.postMessage({ type: ENDED, page: this.page });
  }

  /** Saves what is open, ends the sessions of all pages, and goes to where the login ends. @param {any} [app] */
  async signOut(app) {
    await quietly(() => app?.commands.execute(SAVE_ALL));
    // A session can be ended by who is signed in only.
    await quietly(() => renew(Date.now()));
    const others = await this.otherPages();
    const all = new Promise((resolve) => {
      this.ended = (page) => {
        others.delete(page);
        if (others.size === 0) resolve(undefined);
      };
      this.ended("");
    });
    this.channel.postMessage({ type: SIGN_OUT });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    await Promise.all([this.endSessions(), Promise.race([all, patience])]);
    clearTimeout(timer);
    location.assign(SIGN_OUT_PATH);
  }

  /** @returns {Promise<Set<string>>} */
  async otherPages() {
    const { held = [] } = await navigator.locks.query();
    const names = held.map(({ name }) => (name ?? "").split(" "));
    const pages = names.filter(([kind]) => kind === PAGE_LOCK).map(([, page]) => page);
    return new Set(pages.filter((page) => page !== this.page));
  }

  /**
   * Gives JupyterLab a command, in its palette and in its File menu.
   * @param {any} app JupyterLab's, or the notebook's
   */
  async offer(app) {
    app.commands.addCommand(COMMAND, { label: "Sign Out", execute: () => this.signOut(app) });
    await app.started;
    const [palette, menu] = await Promise.all([service(app, PALETTE), service(app, MENU)]);
    palette?.addItem({ command: COMMAND, category: "File Operations" });
    menu?.fileMenu.addGroup([{ command: COMMAND }], MENU_RANK);
  }
}

/** @param {() => unknown} action whose failure changes nothing */
const quietly = async (action) => {
  try {
    await action();
  } catch (error) {
    console.warn(`pcw: ${error}`);
  }
};

/**
 * By name: the token itself is inside JupyterLab's bundle.
 * @param {any} app
 * @param {string} name
 */
const service = async (app, name) => {
  const registry = app.pluginRegistry;
  const token = [...(registry?._services?.keys() ?? [])].find((one) => one.name === name);
  return token ? registry.resolveOptionalService(token) : undefined;
};
