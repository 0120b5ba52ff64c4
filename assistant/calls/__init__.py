"""Model calls: client, routing, failover, replies and their records."""
