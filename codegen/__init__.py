"""Generate Python and diagrams from the charts and tables: ``python -m codegen``; ``--check`` only compares."""
