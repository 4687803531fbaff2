"""Each user emits and waits for the ack, over and over."""

from locust import task
from locust_seats import Member


class Echo(Member):
    @task
    def echo(self):
        assert self.call("echo")["from"] == 1
