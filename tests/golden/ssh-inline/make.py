"""The same of SSH inline."""

FRAMES_OF = 'ssh'
SETTINGS = ["simulate-ips=yes"]
