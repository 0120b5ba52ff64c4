def greeting(name, settings):
    word = settings.get("word", "Hello")
    end = "!" if settings.get("loud") else "."
    return f"{word}, {name}{end}"
