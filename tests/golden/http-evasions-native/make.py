"""The same natively: requests in another reading are found, brotli and zstd undone, and nothing ends the parsing."""
FRAMES_OF = 'http-evasions'
SETTINGS = ['compat=native']
