def vat(net):
    return round(net * 1.19, 2)
