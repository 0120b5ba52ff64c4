"""One file a vendor. The only place where ``langchain_*`` is imported."""
