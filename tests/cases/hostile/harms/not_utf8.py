# ÿş
def square(n):
    return 'é'
