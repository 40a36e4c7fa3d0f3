"""Builds `site/dist/`: JupyterLite, Pyodide, the wheels and the bridge, all of one origin."""
