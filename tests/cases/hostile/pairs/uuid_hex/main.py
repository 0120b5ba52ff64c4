import uuid
uuid.UUID.hex = property(lambda s: "0" * 32)
def ns(n): return uuid.uuid1()
