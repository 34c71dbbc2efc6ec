"""The same requests: each frame begins with its first line."""

FRAMES_OF = 'frames-pipelined'
RECORDS = ['frame']
SETTINGS = ['outputs.eve-log.types.frame.enabled=yes', 'compat=native']
