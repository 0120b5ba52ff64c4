import heapq
from collections import deque


def bfs(graph, start):
    seen, todo, order = {start}, deque([start]), []
    while todo:
        node = todo.popleft()
        order.append(node)
        for n in graph.get(node, ()):
            if n not in seen:
                seen.add(n)
                todo.append(n)
    return order


def dijkstra(graph, start):
    best = {start: 0}
    heap = [(0, start)]
    while heap:
        d, node = heapq.heappop(heap)
        if d > best[node]:
            continue
        for n, w in graph.get(node, {}).items():
            if d + w < best.get(n, float("inf")):
                best[n] = d + w
                heapq.heappush(heap, (d + w, n))
    return best


class Cycle(Exception):
    pass


def topological(deps):
    out, state = [], {}

    def visit(n, path):
        if state.get(n) == "done":
            return
        if state.get(n) == "open":
            raise Cycle(path[path.index(n):] + [n])
        state[n] = "open"
        for d in sorted(deps.get(n, ())):
            visit(d, path + [n])
        state[n] = "done"
        out.append(n)

    for n in sorted(deps):
        visit(n, [])
    return out
