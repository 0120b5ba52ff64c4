"""Review of code: a model's, and a static one that runs beside every model."""
