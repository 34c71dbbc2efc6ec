"""The same natively."""
FRAMES_OF = 'http-ranges'
FILES = True
SETTINGS = ['compat=native']
