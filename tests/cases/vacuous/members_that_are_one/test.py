import main

def test_red():
    assert main.next_light(main.Light.GREEN) is main.Light.YELLOW

def test_yellow():
    assert main.next_light(main.Light.YELLOW) is main.Light.RED

def test_green():
    assert main.next_light(main.Light.RED) is main.Light.GREEN
