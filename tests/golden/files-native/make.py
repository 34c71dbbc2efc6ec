"""Native: of several files those are stored that fit by name and type themselves; alerts name all files."""
FRAMES_OF = 'files'
SETTINGS = ['outputs.file-store.enabled=yes', 'compat=native']
FILES = True
