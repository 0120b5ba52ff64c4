from main import cube
def test_a(): assert cube(3) == 27
def test_b(): assert cube(-2) == -8
