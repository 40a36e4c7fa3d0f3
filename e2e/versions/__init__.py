"""The matrix of PySpark clients: each one in the tab against the same one natively."""
