"""Each user joins a room, and does nothing."""

import gevent
from locust import task
from locust_seats import Member


class Idle(Member):
    @task
    def rest(self):
        gevent.sleep(1)
