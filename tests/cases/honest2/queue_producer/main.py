import queue
import threading


class Worker(threading.Thread):
    def __init__(self, inbox, handler):
        super().__init__(daemon=True)
        self.inbox, self.handler = inbox, handler
        self.errors = []

    def run(self):
        while True:
            job = self.inbox.get()
            try:
                if job is None:
                    return
                self.handler(job)
            except Exception as error:
                self.errors.append((job, error))
            finally:
                self.inbox.task_done()
