"""How a running server tells what it was started with."""

RUNS_WITH = "spark.pcw.runsWith"
"""A setting of our own, which the launcher gives and anybody can ask a running server for.

UTF-8 in hexadecimal: Spark gives nobody a value with a word such as `secret` or `token` in it
(`spark.redaction.regex`), and names of settings and files have such words.
"""
