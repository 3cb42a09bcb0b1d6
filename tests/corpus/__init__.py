"""The bad inputs we have met or thought of; each runs against every door that takes such a thing.

It only grows: whoever mends a fault that an input brought adds the input here.
"""
