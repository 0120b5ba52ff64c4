"""How the two processes talk: messages, what travels how, numbers of objects, streams, loops."""
