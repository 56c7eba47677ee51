"""The brief: one page, made of the published marts alone, for people who look and do not query.

Belongs here: what the page says and shows. Does not belong here: any figure's derivation; what marts do not hold is
not on the page.
"""
