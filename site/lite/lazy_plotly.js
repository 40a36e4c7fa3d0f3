// @ts-check
/**
 * JupyterLab's half of plotly, loaded when the first chart is drawn: it is 4.6 MiB, and JupyterLab
 * loads every renderer when the page opens. The builder has `jupyter-lite.json` name this script in
 * the place of the extension's own, which it loads from the same folder.
 *
 * A container of module federation, as JupyterLab expects one:
 * https://jupyterlab.readthedocs.io/en/stable/extension/extension_dev.html
 */

(() => {
  const NAME = "jupyterlab-plotly";
  const ENTRY = "REMOTE_ENTRY"; // its name has a hash: the builder writes it
  const MODULE = "./mimeExtension";
  const MIME_TYPE = "application/vnd.plotly.v1+json";

  /**
   * @typedef {{ get(): Promise<() => any> }} Shared
   * @typedef {Record<string, Record<string, Shared>>} Scope
   * @typedef {{ init(scope: Scope): unknown, get(module: string): Promise<() => any> }} Container
   */

  const page = /** @type {any} */ (window);
  const address = /** @type {HTMLScriptElement} */ (document.currentScript).src;

  /** @type {Scope} */
  let scope = {};
  /** @type {Promise<any> | undefined} */
  let loading;

  /** @returns {Promise<any>} the extension's own renderer factory */
  function factory() {
    loading ??= load().catch((error) => {
      loading = undefined; // the next chart tries again
      throw error;
    });
    return loading;
  }

  async function load() {
    const real = document.createElement("script");
    real.src = new URL(ENTRY, address).href;
    await new Promise((resolve, reject) => {
      real.onload = resolve;
      real.onerror = () => reject(new Error(`${real.src} cannot be loaded: rebuild the site.`));
      document.head.append(real);
    });
    const container = /** @type {Container} */ (page._JUPYTERLAB[NAME]);
    await container.init(scope);
    const exported = (await container.get(MODULE))().default;
    return [exported].flat()[0].rendererFactory;
  }

  /** @param {any} Panel of the page's own `@lumino/widgets` */
  function extension(Panel) {
    class LazyPlotly extends Panel {
      /** @param {unknown} options */
      constructor(options) {
        super();
        this.pcwOptions = options;
      }

      /** @param {unknown} model */
      async renderModel(model) {
        const { createRenderer } = await factory();
        if (this.isDisposed) return undefined;
        if (!this.pcwInner) {
          this.pcwInner = createRenderer(this.pcwOptions);
          this.addWidget(this.pcwInner);
        }
        return this.pcwInner.renderModel(model);
      }
    }
    return {
      id: `${NAME}:lazy`,
      rendererFactory: {
        safe: true,
        mimeTypes: [MIME_TYPE],
        /** @param {unknown} options */
        createRenderer: (options) => new LazyPlotly(options),
      },
      rank: 2,
      dataType: "json",
      fileTypes: [
        { name: "plotly", mimeTypes: [MIME_TYPE], extensions: [".plotly", ".plotly.json"] },
      ],
      documentWidgetFactoryOptions: {
        name: "Plotly",
        primaryFileType: "plotly",
        fileTypes: ["plotly", "json"],
        defaultFor: ["plotly"],
      },
    };
  }

  /** @type {Container} */
  const container = {
    init(given) {
      scope = given;
    },
    async get() {
      const [shared] = Object.values(scope["@lumino/widgets"]);
      const { Panel } = (await shared.get())();
      const module = { __esModule: true, default: extension(Panel) };
      return () => module;
    },
  };
  page._JUPYTERLAB = page._JUPYTERLAB || {};
  page._JUPYTERLAB[NAME] = container;
})();
