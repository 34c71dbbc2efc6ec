"""The same natively: brotli and zstd are undone, too."""
FRAMES_OF = 'http-codings'
SETTINGS = ['compat=native']
