"""The same mails natively: what they hide is found, and how it was hidden has its name."""

FRAMES_OF = 'mime-evasions'
SETTINGS = ["compat=native"]
RECORDS = ['smtp', 'anomaly']
KEYS = ['smtp', 'email', 'anomaly']
