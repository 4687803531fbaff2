"""The first of each room speaks and waits for the ack, over and over; the others only hear."""

import gevent
from locust import task
from locust_seats import Member


class Chat(Member):
    @task
    def speak(self):
        if self.speaks:
            self.call("send")
        else:
            gevent.sleep(1)
