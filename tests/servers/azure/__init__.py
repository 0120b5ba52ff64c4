"""Azure in a process: resource manager, identity, log streams and ingress over TLS.

Its revisions are containers of this machine's engine, pulled from a registry of its own::

    with azure_cloud(engine, folder) as cloud:
        with cloud.environ(): …            # what AZURE mode needs to find and trust it
        cloud.violations                    # traffic that went to what was not proven
"""
