import jinja2
import main


def test_it():
    assert jinja2.Template(main.template()).render(n=2) == "4"
