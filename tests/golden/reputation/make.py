"""How addresses are rated: hosts, prefixes, sides, and categories that do not rate them."""
FRAMES_OF = 'datasets'
SETTINGS = ['reputation-categories-file=@/categories.txt', 'default-reputation-path=@', 'reputation-files.0=scores.list']
