"""The same frames: lines are lines, whatever a server asks, and a rule on two kinds does not load."""

FRAMES_OF = 'frames-kinds'
SETTINGS = ["compat=native"]
