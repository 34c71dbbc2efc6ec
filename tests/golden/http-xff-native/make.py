"""The same natively: addresses are parted by commas alone, too, and shown as EVE shows addresses."""
FRAMES_OF = 'http-xff'
RECORDS = ('http', 'fileinfo')
KEYS = ('xff', 'alert')
SETTINGS = ['compat=native', 'outputs.eve-log.xff.enabled=yes']
