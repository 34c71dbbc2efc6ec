"""The same natively."""
FRAMES_OF = 'http2-codings'
FILES = True
SETTINGS = ['compat=native']
