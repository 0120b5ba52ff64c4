"""deploy-host: any repository onto hosts, by a plan."""
