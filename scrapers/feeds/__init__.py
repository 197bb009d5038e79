"""One module a third-party feed of prices, each with NAME and `read(file)`; its file is all that a feed needs."""
