"""One file a seller; the file's name is its slug and its registration."""
