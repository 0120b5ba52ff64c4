import cmd
import shlex


class Shell(cmd.Cmd):
    prompt = "> "
    intro = "Welcome"

    def __init__(self, stdin=None, stdout=None):
        super().__init__(stdin=stdin, stdout=stdout)
        self.use_rawinput = stdin is None
        self.bag = []

    def do_take(self, line):
        """take THING...: put things into the bag"""
        things = shlex.split(line)
        if not things:
            self.say("Take what?")
        self.bag += things

    def do_bag(self, line):
        self.say(", ".join(self.bag) or "empty")

    def do_quit(self, line):
        self.say("Bye")
        return True

    do_EOF = do_quit

    def default(self, line):
        self.say(f"I don't know how to {line.split()[0]}.")

    def emptyline(self):
        pass

    def say(self, text):
        self.stdout.write(text + "\n")
