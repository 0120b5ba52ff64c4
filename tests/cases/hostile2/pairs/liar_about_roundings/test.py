import main

def test_celsius():
    assert main.to_celsius(451) == 232.8

def test_freezing():
    assert main.to_celsius(32) == 0.0

def test_mean_speed():
    assert main.speed(42.195, 2.5) == 16.9
