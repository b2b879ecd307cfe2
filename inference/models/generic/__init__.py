"""Any causal model of transformers: slower than a blueprint, but it knows them all."""
