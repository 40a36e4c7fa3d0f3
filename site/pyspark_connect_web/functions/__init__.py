"""Functions of the tab on a server of another Python: code objects travel as their source.

Bytecode belongs to one minor version of Python; source is compiled by the one that runs it. All
else of a function (globals, closure, defaults, classes) travels as cloudpickle has it.
"""
