"""Whether an idTag may charge: the cache, the Local Authorization List, Authorize."""
