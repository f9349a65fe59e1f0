"""What was sent and what the server said to it, kept outside the system: a line is on disk before the next step is taken."""
import dataclasses
import json
import os
import threading

from checker import Sent


class Journal:
    def __init__(self, path):
        self.file = open(path, "w")
        self.lock = threading.Lock()
        self.sent = {}

    def begin(self, message: Sent):
        with self.lock:
            self.sent[message.id] = message
            self.write({"event": "begin", **dataclasses.asdict(message)})

    def end(self, message: Sent, outcome, words=""):
        with self.lock:
            message.outcome = outcome
            self.write({"event": outcome, "id": message.id, "words": words})

    def write(self, line):
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()
        os.fdatasync(self.file.fileno())

    def count(self, outcome):
        return sum(1 for message in self.sent.values() if message.outcome == outcome)
