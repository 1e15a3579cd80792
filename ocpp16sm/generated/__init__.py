"""What ``python -m codegen`` wrote from ``statecharts/ocpp16``. Change the charts and tables, never these files."""
