"""A made-up MP's office, lived through day by day on the real embedded edges.

Nobody and nothing in it exists: names are invented, every domain ends in `.example` (RFC 2606),
telephone numbers are those Ofcom keeps for drama, and no postcode of ZE4 to ZE9 is in use.
"""
