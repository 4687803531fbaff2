"""What one would write with Locust and python-socketio: a user is a socket that joins a room."""

import itertools

import socketio
from locust import User

numbers = itertools.count()
PAYLOAD = {"from": 1, "text": "a payload of about eighty bytes"}


class Member(User):
    """Rooms of ten, of which the first speaks."""

    abstract = True

    def on_start(self):
        number = next(numbers)
        self.room, self.speaks = number // 10 + 1, number % 10 == 0
        self.heard = 0
        self.sio = socketio.Client(reconnection=False)
        self.sio.on("message", self.hear)
        self.sio.connect(self.host, transports=["websocket"])
        self.sio.call("join", {"room": self.room})

    def hear(self, _message):
        self.heard += 1

    def call(self, event):
        """Emits, waits for the ack, and has Locust time it."""
        with self.environment.events.request.measure("ack", event):
            return self.sio.call(event, {"room": self.room, **PAYLOAD})
