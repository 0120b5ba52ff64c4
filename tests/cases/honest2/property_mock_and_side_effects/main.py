class Sensor:
    @property
    def value(self):
        raise OSError("no hardware here")

    def reset(self):
        raise OSError("no hardware here")


class Alarm:
    def __init__(self, sensor, limit, notify=print):
        self.sensor, self.limit, self.notify = sensor, limit, notify
        self.on = False

    def check(self):
        try:
            value = self.sensor.value
        except OSError as error:
            self.notify(f"sensor failed: {error}")
            self.sensor.reset()
            return None
        if value > self.limit and not self.on:
            self.on = True
            self.notify("high", value)
        elif value <= self.limit:
            self.on = False
        return value
