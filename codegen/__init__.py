"""From charts and tables to Python: ``python -m codegen`` writes what is derived, ``--check`` says whether it is."""
