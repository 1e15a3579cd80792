"""The asyncio layer around the core: it waits, feeds the core, and performs the effects in order."""
