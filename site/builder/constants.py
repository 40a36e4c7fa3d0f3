"""Names and versions the builder knows. Versions of the stack come from `.env` (see settings)."""

from __future__ import annotations

from typing import Final

# 2026-01-01T00:00:00Z: the time stamp of everything the builder writes into archives.
SOURCE_DATE_EPOCH: Final = 1767225600

PYODIDE_DIR: Final = "pyodide"
PYODIDE_LOCK: Final = "pyodide-lock.json"
PYODIDE_STDLIB: Final = "python_stdlib.zip"
# Pyodide's own archive of the standard library, whose place one with bytecode takes.
STDLIB_SOURCES: Final = "python_stdlib_sources.zip"
# What JupyterLite starts in the place of Pyodide itself of the page's JavaScript.
PYODIDE_MODULE: Final = "pcw_pyodide.js"
# What a browser loads of the Pyodide core. The lock among them is amended before it ships.
PYODIDE_CORE_FILES: Final = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    PYODIDE_STDLIB,
    PYODIDE_LOCK,
)
PYODIDE_NPM_NAME: Final = "pyodide"
PYODIDE_CDN: Final = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"

# A registry wheel whose members are byte-identical to Pyodide's official wasm wheels (numpy and
# others publish none of their own); single members are read with HTTP ranges.
CARRIER_NAME: Final = "open-webui"
CARRIER_VERSION: Final = "0.12.4"
CARRIER_FOLDER: Final = "open_webui/frontend/pyodide/"

KERNEL_EXTENSION: Final = "@jupyterlite/pyodide-kernel-extension"
KERNEL_PLUGIN: Final = f"{KERNEL_EXTENSION}:kernel"

# What the kernel imports before the first cell.
KERNEL_WHEELS: Final = (
    "asttokens",
    "comm",
    "decorator",
    "executing",
    "ipython",
    "jedi",
    "matplotlib-inline",
    "micropip",
    "packaging",
    "parso",
    "prompt-toolkit",
    "pure-eval",
    "pygments",
    "six",
    "stack-data",
    "traitlets",
    "wcwidth",
)
# These come with the jupyterlite-pyodide-kernel package, in its own `pypi` folder.
PIPLITE_WHEELS: Final = ("ipykernel", "piplite", "pyodide-kernel")
# What the Spark Connect client imports.
CONNECT_WHEELS: Final = ("googleapis-common-protos", "protobuf")
# Loaded on first import only: they are half of all bytes, and `.collect()` needs none of them.
SCIENCE_WHEELS: Final = (
    "contourpy",
    "cycler",
    "fonttools",
    "jinja2",
    "kiwisolver",
    "matplotlib",
    "numpy",
    "pandas",
    "pillow",
    "pyparsing",
    "python-dateutil",
    "pytz",
    "tqdm",
    "tzdata",
)
# Charts and sliders, likewise; JupyterLab's half of both is in the wheels too. widgetsnbextension,
# which ipywidgets names, is for the notebook of another time.
DRAWING_WHEELS: Final = ("ipywidgets", "jupyterlab-widgets", "narwhals", "plotly")
DRAWING_EXTENSIONS: Final = ("@jupyter-widgets/jupyterlab-manager", "jupyterlab-plotly")
# Pyodide compiles it, and no registry has that wheel; its Python files alone are all of it, slower.
# It is what jinja2 needs.
PURE_SDISTS: Final = ("markupsafe",)
REGISTRY_AND_OFFICIAL_WHEELS: Final = tuple(
    sorted((*KERNEL_WHEELS, *CONNECT_WHEELS, *SCIENCE_WHEELS, *DRAWING_WHEELS))
)

# Versions of what Pyodide's own lock does not have.
EXTRA_VERSIONS: Final = {
    "comm": "0.2.3",
    "googleapis-common-protos": "1.76.0",
    "ipywidgets": "8.1.9",
    "jupyterlab-widgets": "3.0.17",
    "plotly": "7.1.0",
}
EXTRA_DEPENDS: Final = {
    "comm": [],
    "googleapis-common-protos": ["protobuf"],
    "ipykernel": [],
    "ipywidgets": ["comm", "ipython", "jupyterlab-widgets", "traitlets"],
    "jupyterlab-widgets": [],
    "piplite": ["micropip"],
    "plotly": ["narwhals", "packaging"],
    "pyodide-kernel": ["comm", "ipykernel", "ipython", "jedi", "piplite"],
    "pyspark-client": ["googleapis-common-protos", "protobuf"],
    "pyspark-connect-web": ["pyspark-client"],
}
# A browser has no zone files: pandas declares tzdata for it, but Pyodide's lock forgets that.
ADDED_DEPENDS: Final = {"pandas": ["tzdata"]}
# Instead of all top-level names in the wheel: `google` is protobuf's, and the JupyterLite addon in
# our wheel is not for browsers.
EXTRA_IMPORTS: Final = {
    "googleapis-common-protos": ["google.rpc", "google.api"],
    "pyspark-connect-web": ["pyspark_connect_web"],
}

# What PySpark and libraries built on it get from us, and so need not install.
STOOD_IN_FOR: Final = {
    "grpcio": "1.85.1",
    "grpcio-status": "1.85.1",
    "pyarrow": "25.0.1+pcw",
    "zstandard": "0.25.0",
}

# What these would bring, the site has or a tab cannot have.
PYSPARK_EXTRAS: Final = ("connect", "ml", "mllib", "pandas-on-spark", "sql")
PYSPARK_NAME: Final = "pyspark-client"
OWN_NAME: Final = "pyspark-connect-web"

# Fetched in parallel with the wasm: all that a first `.collect()` imports.
CONNECT_PRELOAD: Final = (*CONNECT_WHEELS, OWN_NAME, PYSPARK_NAME)
KERNEL_PRELOAD: Final = (
    "comm",
    "ipykernel",
    "ipython",
    "jedi",
    "micropip",
    "piplite",
    "pyodide-kernel",
)
KERNEL_PACKAGES: Final = tuple(sorted((*KERNEL_PRELOAD, *CONNECT_PRELOAD)))

# An isolated kernel reaches files and input() through shared memory: JupyterLite's service worker
# has nothing to do. Left on, it would take the place of ours (one scope, one worker), unregister
# every other worker of the origin, and ask for /api/service-worker-heartbeat outside of the site.
UNUSED_PLUGINS: Final = ("@jupyterlite/application-extension:service-worker-manager",)

LITE_APPS: Final = ("lab", "notebooks", "tree")

SITE_FILE: Final = "pcw-site.json"
SUMS_FILE: Final = "SHA256SUMS"
HEADERS_FILE: Final = "_headers"
SERVER_FILE: Final = "serve_coi.py"
