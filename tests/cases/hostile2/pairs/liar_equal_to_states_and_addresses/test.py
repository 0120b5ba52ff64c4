from ipaddress import ip_address, ip_network
from main import gateway, network


def test_gateway():
    assert gateway("10.1.2.0/24") == ip_address("10.1.2.1")


def test_gateway_small():
    assert gateway("192.168.7.64/26") == ip_address("192.168.7.65")


def test_network():
    assert network("10.1.2.77", 24) == ip_network("10.1.2.0/24")


def test_network_small():
    assert network("192.168.7.70", 26) == ip_network("192.168.7.64/26")
