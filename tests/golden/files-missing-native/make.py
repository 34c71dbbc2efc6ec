"""The same files: nothing stands for what is missing."""

FRAMES_OF = 'files-missing'
SETTINGS = ['outputs.file-store.enabled=yes', 'compat=native']
FILES = True
