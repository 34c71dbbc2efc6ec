"""The same frames: what stands behind missing bytes is looked at too."""

FRAMES_OF = 'frames'
SETTINGS = ["compat=native"]
