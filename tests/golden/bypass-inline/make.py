"""The same inline."""

FRAMES_OF = 'scope'
SETTINGS = ['simulate-ips=yes']
RECORDS = ('http', 'flow')
