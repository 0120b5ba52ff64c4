def greet(n): return f"Hello, {n.title()}!" if n else "Hello, stranger!"
