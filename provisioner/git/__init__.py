"""git: status, one commit of one feature, one push. Never through the working tree."""
