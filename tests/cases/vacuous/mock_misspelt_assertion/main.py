def notify(sender, names):
    for name in names:
        sender.send(name)
